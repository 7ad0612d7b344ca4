// Cached data of a cluster is dropped with its epoch.
import { expect, test } from 'vitest'
import { memoryCluster } from '../testing/app.ts'
import { KeptByEpoch } from './kept-by-epoch.ts'

const clusterOf = (identity: { epoch: string }) => ({ opened: { ...memoryCluster(), identity } }) as never

test('is returned in its own epoch only', () => {
  const identity = { epoch: 'p.1' }
  const [one, other] = [clusterOf(identity), clusterOf(identity)]
  const kept = new KeptByEpoch<string>()
  kept.set(one, 'yesterday')
  expect([kept.get(one), kept.get(other)]).toEqual(['yesterday', undefined])
  identity.epoch = 'p.2'
  expect(kept.get(one)).toBeUndefined()
})

test('data read while its epoch ended is not kept', () => {
  const identity = { epoch: 'p.1' }
  const cluster = clusterOf(identity)
  const kept = new KeptByEpoch<string>()
  const { epoch } = identity
  identity.epoch = 'p.2'
  kept.set(cluster, 'yesterday', epoch)
  expect(kept.get(cluster)).toBeUndefined()
})
