// Alarms are read from a member's status, and reading them writes nothing to raft's log.
import { describe, expect, test } from 'vitest'
import { hasEtcd, startEtcd } from '../testing/etcd.ts'
import { alarmNotices, alarmsIn, tellsAlarms } from './alarms.ts'
import { openEtcd } from './open-etcd.ts'

test('each alarm is reported once, whichever member reports it; other errors are ignored', () => {
  const full = 'memberID:10276657743932975437 alarm:NOSPACE '
  expect(alarmsIn([full, full, 'memberID:1 alarm:CORRUPT ', 'etcdserver: no leader', 'alarm:NONE'])).toEqual([
    { memberId: '8e9e05c52164694d', alarm: 'NOSPACE' },
    { memberId: '1', alarm: 'CORRUPT' },
  ])
})

test('an alarm comes with its meaning and the member’s name, an unknown one too', () => {
  const said = alarmNotices(
    [
      { memberId: '8e9e05c52164694d', alarm: 'NOSPACE' },
      { memberId: '1', alarm: 'LATER' },
    ],
    (id) => (id === '1' ? undefined : 'infra1'),
  )
  expect(said.map(({ level, where }) => `${level} ${where}`)).toEqual(['error alarm NOSPACE', 'error alarm LATER'])
  expect(said[0]?.message).toMatch(/infra1 \(8e9e05c52164694d\) has reached its quota: .*alarm disarm/)
  expect(said[1]?.message).toBe('Member 1 has raised the alarm LATER.')
})

test.each([
  ['3.4.23', true],
  ['3.6.0-rc.1', true],
  ['4.0.0', true],
  ['3.3.27', false],
  ['', false],
  [null, false],
])('a member of version %s tells its alarms: %s', (version, tells) => {
  expect(tellsAlarms(version)).toBe(tells)
})

describe.skipIf(!hasEtcd())('a live etcd', () => {
  test('a full etcd reports it, and is asked without a raft proposal', async () => {
    const etcd = await startEtcd({ flags: ['--quota-backend-bytes=500000'] })
    try {
      const fill = async () => {
        // etcd updates the size when it commits a batch, so the number of puts needed varies.
        for (let i = 0; i < 100; i++) await etcd.ctl(['put', `key${i}`], { input: 'x'.repeat(100_000) })
      }
      await expect(fill()).rejects.toThrow(/space exceeded/)
      const opened = openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
      try {
        const before = await opened.facts()
        expect(before.etcd?.alarms).toEqual([{ memberId: before.members[0]?.id, alarm: 'NOSPACE' }])
        expect(before.notices).toMatchObject([{ level: 'error', where: 'alarm NOSPACE' }])
        const after = await opened.facts()
        expect(after.etcd?.raftIndex).toBe(before.etcd?.raftIndex)
      } finally {
        await opened.close()
      }
    } finally {
      await etcd.destroy()
    }
  })
})
