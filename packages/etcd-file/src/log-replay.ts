// Applies the log beside a database to its keyspace, and reports what is not shown.
import type { EtcdRecords } from './etcd-records.ts'
import { type FileMessage, plain } from './file-messages.ts'
import { certainIndex, committedIndex, type MemberLog } from './member-log.ts'
import type { LogFacts, MvccKeyspace } from './mvcc.ts'
import type { StoredEntry } from './raft-entry.ts'
import type { Finding } from './random-access.ts'
import { V3Applier } from './v3-applier.ts'
import { readV3Request, type V3Request } from './v3-request.ts'

const WHERE = 'WAL'

/** An entry with its request: null if it is not a v3 request, a message if it cannot be understood. */
type Logged = { entry: StoredEntry; request: V3Request | null | FileMessage }

/**
 * Applies the log after the database's raft index, as far as a majority of the members certainly had it. Everything else is counted and reported.
 * `whole` false: the database is damaged, and nothing can be applied. Takes over the keyspace: use the returned one. Rejects with the signal's reason
 * when aborted, and with errors of reading the file.
 */
export async function applyLog(keyspace: MvccKeyspace, log: MemberLog, whole: boolean, signal?: AbortSignal): Promise<MvccKeyspace> {
  const { reading } = log
  const databaseIndex = keyspace.records.consistentIndex ?? 0n
  const entries = reading.tail
    .filter(({ index }) => index > databaseIndex)
    .map((entry): Logged => ({ entry, request: entry.type === 0 && entry.data.length > 0 ? readV3Request(entry.data) : null }))
  const applier = new V3Applier(keyspace)
  let reason: FileMessage | null = obstacleTo(entries, databaseIndex, whole)
  let done = 0
  let applied = 0
  const applyUpTo = async (index: bigint) => {
    for (let next = entries[done]; reason === null && next && next.entry.index <= index; next = entries[done]) {
      signal?.throwIfAborted()
      const { request } = next
      const outcome = request !== null && 'code' in request ? request : await applier.apply(next.entry, request)
      if (typeof outcome === 'object') reason = { code: 'log-entry-refused', params: { index: String(next.entry.index), why: outcome } }
      else done++
      if (outcome === true) applied++
    }
  }
  await applyUpTo(committedIndex(reading))
  // The voters are known by now, and with them how much of the rest counts.
  const certain = certainIndex(reading, voters(applier.result().records))
  await applyUpTo(certain)

  const due = entries.filter(({ entry }) => entry.index <= certain)
  const later = entries.filter(({ entry }) => entry.index > certain)
  const facts: LogFacts = {
    databaseIndex,
    shownIndex: entries[done - 1]?.entry.index ?? databaseIndex,
    applied,
    uncertain: writes(later),
    missing: writes(due.slice(done)),
  }
  const findings: Finding[] = []
  if (facts.applied > 0) findings.push(appliedFinding(facts))
  if (reason !== null && facts.missing > 0) findings.push(missingFinding(facts, reason))
  const last = reading.tailCut ? reading.tail.at(-1)?.index : reading.lastIndex
  const reached = last && last > databaseIndex ? last : databaseIndex
  // If the log is damaged, more was committed than can be read; a log that is too long is not read completely.
  for (const wanted of reading.commit > reached ? [reading.commit] : certain > reached ? [certain] : [])
    findings.push(shortFinding(reached, wanted))
  if (facts.uncertain > 0) findings.push(uncertainFinding(facts, later))
  return keyspace.with({ ...applier.result(), findings, log: facts })
}

function voters({ members }: EtcdRecords): number | null {
  const voting = members.filter(({ isLearner }) => !isLearner).length
  return voting === 0 ? null : voting
}

/** Why nothing in the log can be applied, or null. */
function obstacleTo(entries: Logged[], databaseIndex: bigint, whole: boolean): FileMessage | null {
  const first = entries[0]?.entry.index
  if (first === undefined) return null
  if (!whole) return plain('log-database-damaged')
  if (first === databaseIndex + 1n) return null
  return { code: 'log-begins-late', params: { first: String(first), databaseIndex: String(databaseIndex) } }
}

/** Requests that may change something, including those that cannot be understood. */
function writes(entries: readonly Logged[]): number {
  let count = 0
  for (const { request } of entries) {
    if (request === null) continue
    if ('code' in request || !isRead(request)) count++
  }
  return count
}

function isRead({ action }: V3Request): boolean {
  return action.kind === 'read' || (action.kind === 'auth' && action.change.kind === 'read')
}

function appliedFinding({ applied, databaseIndex, shownIndex }: LogFacts): Finding {
  return {
    level: 'info',
    where: WHERE,
    says: { code: 'log-applied', params: { writes: applied, databaseIndex: String(databaseIndex), shownIndex: String(shownIndex) } },
  }
}

function missingFinding({ missing, shownIndex }: LogFacts, reason: FileMessage): Finding {
  return {
    level: 'error',
    where: WHERE,
    says: { code: 'log-missing', params: { writes: missing, shownIndex: String(shownIndex), reason } },
  }
}

function shortFinding(reached: bigint, committed: bigint): Finding {
  const entries = String(committed - reached)
  return {
    level: 'error',
    where: WHERE,
    says: { code: 'log-short', params: { entries, reached: String(reached), committed: String(committed) } },
  }
}

function uncertainFinding({ uncertain }: LogFacts, later: Logged[]): Finding {
  const first = String(later[0]?.entry.index ?? '')
  const last = String(later.at(-1)?.entry.index ?? '')
  return {
    level: 'warning',
    where: WHERE,
    says: { code: 'log-uncertain', params: { writes: uncertain, first, last } },
  }
}
