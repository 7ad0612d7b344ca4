// Alarms from the status of the members, available since 3.4. The Alarm RPC goes through raft even for a GET: it writes an entry to every member's
// log and waits for a quorum.
import type { EtcdStatus, Notice } from '@registree/contract'
import type { Static } from 'typebox'

export type Alarm = Static<typeof EtcdStatus>['alarms'][number]

/** Whether a member of this version lists alarms among the `errors` of its status. */
export function tellsAlarms(version: string | null): boolean {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number)
  return major > 3 || (major === 3 && minor >= 4)
}

/** Distinct alarms in all members' errors: `memberID:10276657743932975437 alarm:NOSPACE`. `memberID` is 0 where no member is named. */
export function alarmsIn(errors: Iterable<string>): Alarm[] {
  const found = new Map<string, Alarm>()
  for (const error of errors) {
    const alarm = /\balarm:\s*([A-Z_]+)/.exec(error)?.[1]
    if (alarm === undefined || alarm === 'NONE') continue
    const memberId = BigInt(/\bmemberID:\s*(\d+)/.exec(error)?.[1] ?? '0').toString(16)
    found.set(`${memberId} ${alarm}`, { memberId, alarm })
  }
  return [...found.values()]
}

/** What each alarm means and how to clear it; `nameOf` returns a member's name for its id. */
export function alarmNotices(alarms: readonly Alarm[], nameOf: (memberId: string) => string | undefined): Notice[] {
  return alarms.map(({ memberId, alarm }) => {
    const name = nameOf(memberId)
    const member = `member ${name ? `${name} (${memberId})` : memberId}`
    return {
      level: 'error',
      where: `alarm ${alarm}`,
      message: MEANINGS[alarm]?.(member) ?? `M${member.slice(1)} has raised the alarm ${alarm}.`,
    }
  })
}

/** Source: etcd Documentation/op-guide/maintenance.md and data_corruption.md. */
const MEANINGS: Record<string, ((member: string) => string) | undefined> = {
  NOSPACE: (member) =>
    `The database of ${member} has reached its quota: the whole cluster takes no writes but deletions, so that Kubernetes can change nothing. It stays so until the history is compacted, the members are defragmented and the alarm is disarmed (etcdctl compact, defrag, alarm disarm).`,
  CORRUPT: (member) =>
    `What ${member} holds differs from the other members: its answers are not to be trusted. Stop that member and let it join again without its data.`,
}
