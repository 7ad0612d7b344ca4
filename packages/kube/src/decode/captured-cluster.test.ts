// Every value in the captured cluster's databases equals the API server's answer, or differs for a stated reason.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bytesAccess, openBolt, openMvcc } from '@registree/etcd-file'
import { describe, expect, it } from 'vitest'
import { parseExactJson } from '../json/parse-exact-json.ts'
import type { KubeObject } from '../value/value.ts'
import { asServed } from './as-served.ts'
import { decode } from './decode.ts'

const cluster = fileURLToPath(new URL('../../../../../shared/fixtures/kube-1.20/', import.meta.url))
if (!existsSync(cluster)) console.log('skipped: the captured databases are not in ../shared beside the repository')

async function values(name: string): Promise<{ key: string; value: Uint8Array; modRevision: string }[]> {
  const keyspace = await openMvcc(await openBolt(bytesAccess(readFileSync(cluster + name))))
  const { kvs } = await keyspace.range({ key: Uint8Array.of(0), end: Uint8Array.of(0) })
  return kvs.map((kv) => ({ key: Buffer.from(kv.key).toString(), value: kv.value, modRevision: String(kv.modRevision) }))
}

const identity = (object: KubeObject): string => {
  const metadata = object.metadata as KubeObject
  return [object.apiVersion, object.kind, metadata.namespace ?? '', metadata.name].join('|')
}

/** The expected objects; selfLink is generated on reading. */
function truth(): Map<string, KubeObject> {
  const objects = new Map<string, KubeObject>()
  for (const file of readdirSync(`${cluster}truth`)) {
    const list = parseExactJson(readFileSync(`${cluster}truth/${file}`, 'utf8')).value as {
      apiVersion: string
      kind: string
      items: KubeObject[]
    }
    for (const item of list.items) {
      const { selfLink, ...metadata } = item.metadata as KubeObject
      const object: KubeObject = { apiVersion: list.apiVersion, kind: list.kind.replace(/List$/, ''), ...item, metadata }
      objects.set(identity(object), object)
    }
  }
  return objects
}

describe.skipIf(!existsSync(cluster))('the captured cluster', () => {
  it('before.db equals every expected list, field by field', async () => {
    const expected = truth()
    const stored = new Set<string>()
    const without: string[] = []
    for (const { key, value, modRevision } of await values('before.db')) {
      const decoded = decode(value, { zeroCreationTimestamp: 'null' })
      const { object } = asServed(decoded.object as KubeObject, modRevision)
      const served = expected.get(identity(object))
      if (served === undefined) without.push(key)
      else expect(object, key).toEqual(served)
      // Served in several versions, stored in one: the file name says which was compared.
      stored.add(identity(object).slice(String(object.apiVersion).length))
    }
    expect(without).toEqual(['/registry/masterleases/172.20.0.1', '/registry/ranges/serviceips', '/registry/ranges/servicenodeports'])
    expect([...expected.values()].filter((o) => !stored.has(identity(o).slice(String(o.apiVersion).length))).map(identity)).toEqual([])
  })

  for (const name of ['before.db', 'after.db', 'json.db', 'encrypted.db']) {
    it(`${name}: every value is decoded, or reported as encrypted`, async () => {
      const all = await values(name)
      expect(all.length).toBeGreaterThan(400)
      for (const { key, value } of all) {
        const decoded = decode(value)
        expect(decoded.unknownFields, key).toEqual([])
        expect(decoded.schemaless, key).toBe(false)
        expect(
          decoded.problems.filter((p) => p.severity !== 'info'),
          key,
        ).toEqual([])
        if (decoded.encoding === 'encrypted') expect(decoded.problems, key).toHaveLength(1)
        else expect(decoded.object ?? decoded.text, key).toBeDefined()
      }
    })
  }
})
