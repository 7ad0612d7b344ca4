// The captured cluster through the whole API: every object of the expected lists, and the v2 tree from `.snap` and WAL.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ChildrenAnswer, V2NodeAnswer, ValueAnswer } from '@registree/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, describe, expect, it } from 'vitest'
import { sharedFile } from './sources/testing/fixtures.ts'
import { get, testApp } from './testing/app.ts'
import { openFile } from './testing/open-file.ts'

const snapshot = sharedFile('fixtures/kube-1.20/before.db')
const truth = sharedFile('fixtures/kube-1.20/truth')
const dataDir = sharedFile('fixtures/kube-1.20/datadir-infra1.tgz')
const recursive = sharedFile('fixtures/kube-1.20/v2-recursive.json')
const unpacked: string[] = []
afterAll(() => {
  for (const folder of unpacked) rmSync(folder, { recursive: true, force: true })
})

type Json = Record<string, unknown>

const identity = (object: Json): string => {
  const metadata = object.metadata as Json
  return [object.apiVersion, object.kind, metadata.namespace ?? '', metadata.name].join('|')
}

/** selfLink is generated on reading. Kubernetes up to 1.33 prints a template's unset creationTimestamp as null, later releases omit it. */
const comparable = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (name, item: unknown) =>
    name === 'selfLink' || (name === 'creationTimestamp' && item === null) ? undefined : item,
  )

async function walk(app: FastifyInstance, prefix: string, visit: (key: string) => Promise<void>): Promise<void> {
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: ChildrenAnswer = (
      await get(app, `v3/children?prefix=${encodeURIComponent(prefix)}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
    ).json()
    for (const child of page.children) {
      if (child.kind === 'directory') await walk(app, child.key ?? '', visit)
      else await visit(child.key ?? '')
    }
    cursor = page.cursor
  }
}

describe.skipIf(snapshot === null || truth === null)('before.db', () => {
  it('shows every object as the API server did, field by field', async () => {
    const expected = new Map<string, Json>()
    for (const file of readdirSync(truth as string)) {
      const list = JSON.parse(readFileSync(path.join(truth as string, file), 'utf8')) as { apiVersion: string; kind: string; items: Json[] }
      for (const item of list.items) {
        const object: Json = { apiVersion: list.apiVersion, kind: list.kind.replace(/List$/, ''), ...item }
        expected.set(identity(object), object)
      }
    }
    const opened = await openFile(snapshot as string)
    const app = await testApp(opened, { reveal: true })
    const unknown: string[] = []
    let compared = 0
    await walk(app, '', async (key) => {
      const { decoded } = (await get(app, `v3/value?key=${encodeURIComponent(key)}&view=json`)).json<ValueAnswer>()
      const object = decoded.shown?.form === 'json' ? (JSON.parse(decoded.shown.text) as Json) : null
      const served = object?.metadata === undefined ? undefined : expected.get(identity(object))
      if (served === undefined) unknown.push(key)
      else {
        expect([key, comparable(object)]).toEqual([key, comparable(served)])
        compared += 1
      }
    })
    expect(compared).toBeGreaterThan(400)
    expect(unknown.filter((key) => !/^(compact_rev_key|\/registry\/(masterleases|ranges)\/.*)$/.test(key))).toEqual([])
    await app.close()
    await opened.close()
  })
})

describe.skipIf(dataDir === null || recursive === null)('the data directory of infra1', () => {
  it('has the v2 tree that etcd returned just before it stopped, WAL included', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'registree-datadir-'))
    unpacked.push(folder)
    execFileSync('tar', ['-xzf', dataDir as string, '-C', folder])
    const root = readdirSync(folder)[0] as string
    const opened = await openFile(readdirSync(folder).includes('member') ? folder : path.join(folder, root))
    const app = await testApp(opened, { reveal: true })
    interface Node {
      key?: string
      dir?: boolean
      value?: string
      nodes?: Node[]
      expiration?: string
      createdIndex?: number
      modifiedIndex?: number
    }
    let compared = 0
    const compare = async (wanted: Node): Promise<void> => {
      const name = wanted.key ?? '/'
      const { node, children } = (await get(app, `v2/node?path=${encodeURIComponent(name)}`)).json<V2NodeAnswer>()
      expect(node).toMatchObject({
        path: name,
        directory: wanted.dir ?? false,
        createdIndex: String(wanted.createdIndex ?? 0),
        modifiedIndex: String(wanted.modifiedIndex ?? 0),
        expiration: wanted.expiration ?? null,
      })
      if (wanted.dir !== true) {
        expect((await get(app, `v2/raw?path=${encodeURIComponent(name)}`)).raw.toString()).toBe(wanted.value)
      }
      const sorted = [...(wanted.nodes ?? [])].sort((a, b) => Buffer.compare(Buffer.from(a.key ?? ''), Buffer.from(b.key ?? '')))
      expect(children?.map((child) => child.path) ?? []).toEqual(sorted.map(({ key }) => key))
      compared += 1
      for (const child of sorted) await compare(child)
    }
    await compare((JSON.parse(readFileSync(recursive as string, 'utf8')) as { node: Node }).node)
    expect(compared).toBeGreaterThan(5)
    await app.close()
    await opened.close()
  })
})
