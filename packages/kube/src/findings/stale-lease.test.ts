// Leases that are no longer renewed.
import { expect, test } from 'vitest'
import { staleLease } from './stale-lease.ts'
import { ago, brief, foundIn } from './testing/found-in.ts'

const lease = (age: number, holderIdentity = 'master-1', leaseDurationSeconds = 15) => ({
  spec: { renewTime: ago(age), holderIdentity, leaseDurationSeconds },
})

test('a leader that is gone for long, and the lease of a missing node', () => {
  const found = foundIn(staleLease, {
    'minions/here': {},
    'leases/kube-system/kube-scheduler': lease(86_400),
    'leases/kube-node-lease/gone': lease(3600, 'gone', 40),
    'leases/kube-node-lease/here': lease(3600, 'here', 40),
  })
  expect(brief(found)).toEqual([
    'warning stale-lease leases/kube-system/kube-scheduler: Not renewed for 24h, and good for 15 s at a time; its last holder is master-1.',
    'warning stale-lease leases/kube-node-lease/gone: Not renewed for 60m, and good for 40 s at a time; its last holder is gone.',
  ])
})

test('renewed recently, long by design, or released properly', () => {
  expect(
    foundIn(staleLease, {
      'leases/kube-system/kube-scheduler': lease(5),
      'leases/kube-system/slow': lease(30_000, 'x', 3600),
      'leases/kube-system/released': lease(86_400, ''),
      'leases/kube-system/new': { spec: { holderIdentity: 'x' } },
    }),
  ).toEqual([])
})
