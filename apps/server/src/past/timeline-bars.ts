// How many writes each part of the time has, by resource: out of keys and some times, so that the first picture waits for nothing else.
import type { TimelineBars } from '@registree/contract'
import { shareThread } from '../values/share-thread.ts'
import { ROUTINE } from './routine.ts'
import type { LoggedColumns } from './write-log.ts'

/** A revision whose time is known, in ms since 1970. */
export interface TimePoint {
  revision: number
  at: number
}

/** More than a wide screen has bars: the page puts some of them together. */
const PARTS = 960
const COUNTED_AT_ONCE = 16_384
/** Each has as many numbers as there are parts. No cluster has so many resources; a strange file may have a directory for each key. */
const MOST_ROWS = 500

/** `times` ascend. Null where they tell no time that passes, and where there are too many resources. */
export async function timelineBars(
  { key, revision }: LoggedColumns,
  pathOf: (number: number) => string,
  times: readonly TimePoint[],
): Promise<TimelineBars | null> {
  const [first, last] = [times[0], times.at(-1)]
  if (first === undefined || last === undefined || last.at <= first.at) return null
  const rows = new Map<string, TimelineBars['bars'][number]>()
  const rowOf = (path: string) => {
    // Which updates of a node are more than heartbeats is known later: what is shown then does not go again.
    const routine = ROUTINE.has(path) || path === 'minions'
    const row = rows.get(path) ?? { path, routine, writes: new Array<number>(PARTS).fill(0) }
    rows.set(path, row)
    return row.writes
  }
  const rowOfKey: number[][] = []
  let next = 0
  for (let i = 0; i < key.length; i++) {
    if (i % COUNTED_AT_ONCE === 0) await shareThread()
    const number = key[i] as number
    const row = rowOfKey[number] ?? rowOf(pathOf(number))
    rowOfKey[number] = row
    if (rows.size > MOST_ROWS) return null
    const at = revision[i] as number
    while (next < times.length && (times[next] as TimePoint).revision < at) next++
    const time = timeBetween(times[next - 1], times[next], at)
    const part = Math.min(PARTS - 1, Math.floor(((time - first.at) / (last.at - first.at)) * PARTS))
    row[part] = (row[part] as number) + 1
  }
  return { type: 'bars', from: new Date(first.at).toISOString(), to: new Date(last.at).toISOString(), bars: [...rows.values()] }
}

/** One of the two is there at least. */
function timeBetween(before: TimePoint | undefined, after: TimePoint | undefined, revision: number): number {
  if (after?.revision === revision || before === undefined) return after?.at ?? 0
  if (after === undefined) return before.at
  return before.at + ((after.at - before.at) * (revision - before.revision)) / (after.revision - before.revision)
}
