// When a revision was written, and which revision was current at a given time.
import type { ClockAnswer } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import { parseTypedInstant } from '@registree/kube/clock'
import type { Reading } from '../clusters/reading.ts'
import { AppError, isAppError } from '../problem.ts'
import { momentOf, type RangeReply } from '../sources/source.ts'
import { clockOf, isWalked, leasesToRead } from './cluster-clock.ts'

/** Each step narrows the range between two dated revisions; with a steady writer three or four are enough. */
const MOST_STEPS = 24
/** After so many steps, times are proven at each: where renewals were late, steps by when they were due are short. */
const USUAL_STEPS = 4

/** The time of a revision. Throws AppError if it cannot be read. */
export async function timeOfRevision(reading: Reading, revision: bigint, now: () => Date): Promise<ClockAnswer> {
  const first = await firstRead(reading, revision)
  const clock = clockOf(reading)
  const timesRead = await clock.prepare(reading, [revision], { proven: first ?? { newest: revision, leases: null } })
  if (first !== null) clock.saw(first.newest, now())
  return { revision: String(revision), time: clock.timeOf(revision), asked: null, position: 'asked', timesRead, cost: reading.meter.read() }
}

/** Whether a revision exists: of a live etcd, by the leases that date it if they were not read yet, else by one key. Null if the user may not read even that. */
async function firstRead(reading: Reading, revision: bigint): Promise<{ newest: bigint; leases: RangeReply | null } | null> {
  const { source, cluster, signal } = reading
  try {
    if (cluster.opened.source === 'etcd' && !isWalked(reading, revision)) {
      const leases = await source.range(leasesToRead(cluster, revision), signal)
      return { newest: leases.revision, leases }
    }
  } catch (error) {
    if (!isAppError(error, 'SOURCE_FORBIDDEN')) throw error
  }
  try {
    const { revision: newest } = await source.range({ key: utf8('/'), end: null, revision, limit: 1, countOnly: true }, signal)
    return { newest, leases: null }
  } catch (error) {
    if (isAppError(error, 'SOURCE_FORBIDDEN')) return null
    throw error
  }
}

/** The newest kept revision that was not written after an instant. Throws AppError; BAD_REQUEST if the text is not a time. */
export async function revisionAtInstant(
  reading: Reading,
  { text, zone }: { text: string; zone: number },
  now: () => Date,
): Promise<ClockAnswer> {
  const { opened } = reading.cluster
  const status = await opened.v3.status(reading.signal)
  const kept = { oldest: status.compactedRevision ?? 1n, newest: status.revision }
  const clock = clockOf(reading)
  let timesRead = await clock.prepare(reading, [kept.newest])
  clock.saw(kept.newest, now())
  // If the time of a file is unknown, "ago" counts from its newest revision.
  const present = momentOf(opened.clock, now)?.getTime() ?? clock.revisionClock.timeOf(kept.newest)?.best
  if (present === undefined) throw noTimes(timesRead)
  const typed = parseTypedInstant(text, { now: present, zone })
  if ('problem' in typed) {
    throw new AppError(
      'BAD_REQUEST',
      { code: typed.problem, params: { text } },
      {
        hint: { code: 'time-forms', params: {} },
      },
    )
  }
  if (typed.instant >= present) {
    return {
      ...{ revision: String(kept.newest), time: clock.timeOf(kept.newest), asked: new Date(typed.instant).toISOString() },
      ...{ position: 'newest', timesRead, cost: reading.meter.read() },
    }
  }
  timesRead = (await clock.prepare(reading, [kept.oldest])) && timesRead
  let found = clock.revisionClock.revisionAt(typed.instant, kept)
  if (found === null) throw noTimes(timesRead)
  // What is read to narrow the search and, where it stays, to prove its time, may move the answer: then the search goes on from there.
  const tried = new Set<bigint>()
  const proved = new Set<bigint>()
  for (let step = 0; step < MOST_STEPS && !proved.has(found.revision); step++) {
    const proves = step >= USUAL_STEPS || tried.has(found.revision)
    const visited = proves ? proved : tried
    visited.add(found.revision)
    const more = proves ? { proven: { newest: kept.newest, leases: null } } : { always: true }
    timesRead = (await clock.prepare(reading, [found.revision], more)) && timesRead
    found = clock.revisionClock.revisionAt(typed.instant, kept) ?? found
  }
  return {
    revision: String(found.revision),
    time: clock.timeOf(found.revision),
    asked: new Date(typed.instant).toISOString(),
    position: found.position,
    timesRead,
    cost: reading.meter.read(),
  }
}

function noTimes(timesRead: boolean): AppError {
  if (!timesRead)
    return new AppError(
      'BAD_REQUEST',
      { code: 'times-unread', params: {} },
      {
        hint: { code: 'times-unread-now', params: {} },
      },
    )
  return new AppError(
    'BAD_REQUEST',
    { code: 'no-times', params: {} },
    {
      hint: { code: 'no-times-now', params: {} },
    },
  )
}
