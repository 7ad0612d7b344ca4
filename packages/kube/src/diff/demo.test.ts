// Every change of the demo cluster: each difference applied to one revision gives the next, and rollouts are described correctly.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bytesAccess, openBolt, openMvcc } from '@registree/etcd-file'
import { beforeAll, describe, expect, test } from 'vitest'
import { decode } from '../decode/decode.ts'
import type { KubeObject, KubeValue } from '../value/value.ts'
import { applyDiff } from './apply-diff.ts'
import { type ComparedValue, diffDecoded, type ValueDiff } from './diff-decoded.ts'
import { formatDiffPath } from './diff-path.ts'
import { isSame } from './same-value.ts'
import { type SummaryPart, summaryLine } from './summary-line.ts'
import { revisionWriter } from './writers.ts'

const demo = fileURLToPath(new URL('../../../../demo/cluster/member/snap/db', import.meta.url))

interface Step {
  key: string
  revision: number
  before: ComparedValue | null
  after: ComparedValue | null
  diff: ValueDiff
}

let steps: Step[]
beforeAll(async () => {
  const keyspace = await openMvcc(await openBolt(bytesAccess(readFileSync(demo))))
  const changes = [...keyspace.changes({ key: Uint8Array.of(0), end: Uint8Array.of(0) })]
  const values = await keyspace.valuesOf(changes)
  const last = new Map<string, ComparedValue | null>()
  steps = changes.map(({ key, main, tombstone }, i) => {
    const name = Buffer.from(key).toString()
    const raw = values[i] as Uint8Array
    const after = tombstone ? null : { decoded: decode(raw), raw }
    const before = last.get(name) ?? null
    last.set(name, after)
    return { key: name, revision: Number(main), before, after, diff: diffDecoded(before, after) }
  })
})

const of = (key: string) => steps.filter((step) => step.key === key)

test('each difference leads to the next revision, and nothing is compared as a whole', () => {
  expect(steps.length).toBeGreaterThan(2200)
  for (const { key, revision, before, after, diff } of steps) {
    if (diff.by !== 'fields') continue
    const [left, right] = [before, after].map((side) => side?.decoded.object as KubeValue)
    expect(isSame(applyDiff(left, diff.diff) as KubeValue, right as KubeValue), `${key} at ${revision}`).toBe(true)
    expect(diff.diff.limited).toBe(false)
    expect(diff.unknownFields).toBe('same')
  }
})

test('creations and deletions are reported', () => {
  const codes = (key: string) => of(key).map(({ diff }) => summaryLine(diff)[0]?.code)
  expect(codes('/registry/deployments/shop/storefront')[0]).toBe('created')
  const ended = steps.filter(({ after }) => after === null)
  expect(ended.length).toBeGreaterThan(5)
  for (const { key, diff } of ended) expect(summaryLine(diff), key).toEqual([{ code: 'deleted', params: {} }])
})

test('the rollouts of storefront, with their images', () => {
  const parts = of('/registry/deployments/shop/storefront').flatMap(({ diff }): SummaryPart[] => summaryLine(diff, { most: 5 }))
  const images = parts.filter((part) => part.code === 'changed' && part.params.path.endsWith('.image'))
  const at = (version: string) => `registry.example/storefront:${version}`
  const rollOut = (from: string, to: string) => ({
    code: 'changed',
    params: { path: 'spec.template.spec.containers[web].image', from: at(from), to: at(to) },
  })
  expect(images).toEqual([rollOut('1.4.0', '1.4.1'), rollOut('1.4.1', '1.5.0-rc1'), rollOut('1.5.0-rc1', '1.4.1')])
})

test('a renewal of a lease is only noise', () => {
  const renewals = of('/registry/leases/kube-node-lease/172.20.0.113').slice(5)
  expect(renewals.length).toBeGreaterThan(50)
  for (const { diff } of renewals) expect(summaryLine(diff)).toEqual([{ code: 'folded', params: { count: 1 } }])
})

test("a node's heartbeat is noise, falling silent is not", () => {
  const lines = (node: string) => of(`/registry/minions/${node}`).map(({ diff }) => summaryLine(diff))
  expect(lines('172.20.0.113')).toContainEqual([{ code: 'folded', params: { count: 4 } }])
  const types = 'MemoryPressure, DiskPressure, PIDPressure, Ready'
  expect(lines('172.20.0.115')).toContainEqual([{ code: 'conditions', params: { count: 4, types } }])
})

describe('who wrote', () => {
  const writers = (key: string) =>
    of(key).flatMap(({ revision, before, after, diff }) => {
      const object = after?.decoded.object as KubeObject | undefined
      if (object === undefined) return []
      const { writers: found, by } = revisionWriter(object, before === null ? null : before.decoded.object, diff.diff.changes)
      return [`${revision} ${by}: ${[...new Set(found.map(({ manager }) => manager))].join(', ')}`]
    })

  test('the renewals of a Lease', () => {
    const renewals = writers('/registry/leases/kube-node-lease/172.20.0.113').slice(1)
    expect(renewals.filter((line) => !line.endsWith(' covers-changes: kubemark'))).toEqual([])
  })

  test('the rollouts of a Deployment, and its controller’s updates', () => {
    const all = writers('/registry/deployments/shop/storefront')
    expect(all.filter((line) => line.includes('kubectl'))).toEqual([
      '496 entry-changed: kubectl-client-side-apply',
      '924 entry-changed: kubectl-client-side-apply',
      '997 entry-changed: kubectl-set',
      '1077 covers-changes: kubectl-set',
      '1170 entry-changed: kubectl',
    ])
    expect(all.filter((line) => !/kubectl|: kube-controller-manager$/.test(line))).toEqual([])
  })

  test('nobody for a binding and a deletion, which have no entry', () => {
    const lines = writers('/registry/pods/shop/storefront-769d8f996d-lhft8')
    expect(lines).toContain('1003 unknown: ')
    const pod = of('/registry/pods/shop/storefront-769d8f996d-lhft8')
    const bound = pod.find(({ diff }) => diff.diff.changes.some(({ path }) => formatDiffPath(path) === 'spec.nodeName'))
    expect(lines).toContain(`${bound?.revision} unknown: `)
  })
})

test('paths are unique within one difference', () => {
  for (const { key, revision, diff } of steps) {
    const paths = diff.diff.changes.map(
      ({ path, kind }) =>
        `${kind === 'moved'} ${formatDiffPath(path)} ${path.map((step) => ('from' in step ? `${step.from}/${step.to}` : '')).join()}`,
    )
    expect(new Set(paths).size, `${key} at ${revision}`).toBe(paths.length)
  }
})
