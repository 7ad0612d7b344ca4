// What values tell a timeline is masked by the policy of the request, in a thread too, and arrives as it was told.
import { utf8 } from '@registree/keyspace'
import { expect, it } from 'vitest'
import { jobContext } from './job-context.ts'
import { packPage } from './page-transfer.ts'
import { tellValues, unpackTold } from './tell-values.ts'

const KEY = 'MC4CAQAwBQYDK2VwBCIEIPlantedPlantedPlantedPlantedPlantedPlanted'
const PEM = `-----BEGIN PRIVATE KEY-----\n${KEY}\n-----END PRIVATE KEY-----`

const value = (object: object) => utf8(JSON.stringify(object))
const pod = (name: string, status: object) => ({
  key: utf8(`/registry/pods/shop/${name}`),
  value: value({
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: {
      ...{ name, namespace: 'shop', creationTimestamp: '2026-11-23T03:40:13Z' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u', controller: true }],
    },
    status,
  }),
})

function told(kvs: { key: Uint8Array; value: Uint8Array }[], paths: string[], reveal: boolean) {
  const job = {
    ...{ cluster: 'test', policy: { reveal, decrypt: true, salt: new Uint8Array(32) }, paths },
    ...{ page: packPage(kvs).page, numbers: BigInt64Array.from(kvs.flatMap((_, i) => [5n, BigInt(7 + i), 2n])) },
  }
  return unpackTold(structuredClone(tellValues(job, jobContext({ encryption: new Map() })).output))
}

it('masks by the policy', () => {
  const kvs = () => [pod('a', { phase: 'Failed', reason: PEM })]
  expect(JSON.stringify(told(kvs(), ['pods'], true)[0], (_, each) => (typeof each === 'bigint' ? String(each) : each))).toContain(KEY)
  const [masked] = told(kvs(), ['pods'], false)
  expect(masked).toMatchObject({ object: { kind: 'Pod' }, state: { tone: expect.any(String) } })
  expect(JSON.stringify(masked, (_, each) => (typeof each === 'bigint' ? String(each) : each))).not.toContain(KEY)
})

it('tells owner, state and times of each value, and of what cannot be read that its state is unknown', () => {
  const event = {
    ...{ apiVersion: 'v1', kind: 'Event', metadata: { name: 'e', namespace: 'shop' }, lastTimestamp: '2026-11-23T03:44:00Z' },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', name: 'a', namespace: 'shop' },
  }
  const damaged = utf8('k8s\0 no message')
  const kvs = [
    pod('a', { phase: 'Running' }),
    { key: utf8('/registry/events/shop/e'), value: value(event) },
    { key: utf8('/registry/pods/shop/b'), value: damaged },
    { key: utf8('/registry/configmaps/shop/c'), value: damaged },
    pod('d', { phase: 'Pending' }),
  ]
  const [a, e, b, c, d] = told(kvs, ['pods', 'events', 'pods', 'configmaps', 'pods'], false)
  expect(a).toMatchObject({
    object: { kind: 'Pod', owner: { path: 'replicasets', namespaced: true, namespace: '', name: 'web' }, election: false },
    ...{ state: { state: 'Running' }, beyond: null },
    anchors: [{ revision: 5n, kind: 'created', instant: Date.UTC(2026, 10, 23, 3, 40, 13), resolution: 1000, source: 'api-server' }],
  })
  expect(e).toMatchObject({ object: { kind: 'Event', owner: { path: 'pods', namespace: 'shop', name: 'a' } }, state: null })
  expect(e === 'again' ? [] : e?.anchors.map(({ kind, revision }) => [kind, revision])).toEqual([['event', 8n]])
  const unread = { state: 'state unknown: value not readable', sentences: [{ code: 'state-unread', params: {} }], tone: 'muted' }
  expect(b).toEqual({ object: null, state: unread, beyond: null, anchors: [] })
  expect(c).toEqual({ object: null, state: null, beyond: null, anchors: [] })
  expect(d).toMatchObject({ state: { state: 'Pending' }, anchors: [{ revision: 5n }] })
})
