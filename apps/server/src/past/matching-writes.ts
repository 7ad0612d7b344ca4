// The writes of the kept window that changed a field, or that one manager made: what only two values beside each other tell.
import { type MatchingEnd, type MatchingWrites, type PastProgress, toWireKey } from '@registree/contract'
import { parseRegistryKey } from '@registree/keyspace'
import type { Reading } from '../clusters/reading.ts'
import { isAppError } from '../problem.ts'
import type { KeyValue } from '../sources/source.ts'
import { LARGE, SHOWN_LIMIT_MS } from '../values/large-values.ts'
import { type KnownWrites, readPast } from './past.ts'
import { ROUTINE } from './routine.ts'
import { valuesAtRevisions } from './value-at.ts'

export interface MatchingRequest {
  /** A path as differences name it: `spec.replicas`, `spec.containers[web].image`, or without the list elements. */
  field: string | null
  /** A part of the name of a manager. */
  by: string | null
  path: string | null
  namespace: string | null
  /** Events and leases too. */
  routine: boolean
  /** As for the timeline. */
  writes: number
  megabytes: number
}

/** States of a key that are compared in one job; the last one is read again for the next. */
const STATES_AT_ONCE = 40
/** Values that are compared for one answer. */
const MOST_COMPARED = 20_000
/** Values of a live etcd that did not pass by in the watch, each a point read. */
const MOST_READ = 2000

/** Throws AppError. */
export async function* matchingLines(
  reading: Reading,
  request: MatchingRequest,
): AsyncGenerator<PastProgress | MatchingWrites | MatchingEnd, void> {
  const known = yield* readPast(reading, { megabytes: request.megabytes, enough: ({ log }) => log.size >= request.writes })
  const states = new States(reading, known)
  let compared = 0
  let left = 0
  for (const [number, revisions] of writesByKey(reading, known, request)) {
    const key = known.log.keyOf(number)
    const matched: string[] = []
    for (let end = revisions.length; end > 1; end -= STATES_AT_ONCE - 1) {
      const part = revisions.slice(Math.max(0, end - STATES_AT_ONCE), end)
      if (compared + part.length > MOST_COMPARED) {
        left += end
        break
      }
      compared += part.length
      const read = await states.of(number, part)
      left += read.missing
      matched.push(...(await matchesOf(reading, key, read.states, request)))
      if (part.length < STATES_AT_ONCE) break
    }
    // The first write that is known has nothing before it to compare with; who made it is told by itself.
    if (revisions.length === 1 && request.by !== null && request.field === null) {
      const read = await states.of(number, revisions)
      compared += 1
      left += read.missing
      matched.push(...(await matchesOf(reading, key, read.states, request)))
    }
    if (matched.length > 0) yield { type: 'matching', ...toWireKey(key), revisions: matched }
  }
  yield { type: 'end', compared, left, cost: reading.meter.read() }
}

/** The revisions of each key that may match, oldest first. */
function writesByKey({ cluster }: Reading, { log, oldest }: KnownWrites, request: MatchingRequest): Map<number, number[]> {
  const found = new Map<number, number[] | null>()
  for (const { key, revision } of log.oldestFirst(Number(oldest))) {
    let own = found.get(key)
    if (own === undefined) {
      const parsed = parseRegistryKey(log.keyOf(key), { prefix: cluster.kubernetesPrefix })
      const path = parsed?.resource ?? ''
      const fits =
        (request.path === null || path === request.path) &&
        (request.namespace === null || parsed?.namespace === request.namespace) &&
        (request.routine || request.path === path || !ROUTINE.has(path))
      own = fits ? [] : null
      found.set(key, own)
    }
    own?.push(revision)
  }
  return new Map([...found].filter((entry): entry is [number, number[]] => entry[1] !== null))
}

interface State {
  revision: number
  /** Null for a deletion, and for a value that could not be read. */
  kv: KeyValue | null
}

class States {
  readonly #reading: Reading
  readonly #known: KnownWrites
  #read = 0

  constructor(reading: Reading, known: KnownWrites) {
    this.#reading = reading
    this.#known = known
  }

  /** Newest first. `missing` counts those that were not read, because they are too many. */
  async of(number: number, revisions: readonly number[]): Promise<{ states: State[]; missing: number }> {
    const { log, values } = this.#known
    const key = log.keyOf(number)
    const states = revisions.toReversed().map((revision): State => ({ revision, kv: values?.at(key, revision) ?? null }))
    let missing = 0
    const again = states.filter(({ kv }) => {
      if (kv !== null) return false
      if (values === null || this.#read < MOST_READ) this.#read++
      else missing++
      return true
    })
    if (missing === 0) {
      const points = again.map(({ revision }) => ({ key, revision: BigInt(revision) }))
      for (const [i, kv] of (await valuesAtRevisions(this.#reading, points)).entries()) (again[i] as State).kv = kv
    }
    return { states: missing > 0 ? [] : states, missing: missing > 0 ? revisions.length : 0 }
  }
}

async function matchesOf(
  { cluster, policy, signal }: Reading,
  key: Uint8Array,
  states: readonly State[],
  { field, by }: MatchingRequest,
): Promise<string[]> {
  if (states.length === 0) return []
  const bytes = states.reduce((sum, { kv }) => sum + (kv?.value.length ?? 0), 0)
  const job = {
    ...{ cluster: cluster.configured, policy, key, matching: { field, by } },
    states: states.map(({ kv }) => (kv === null ? null : { ...kv, value: kv.value.slice() })),
    before: 'unknown' as const,
  }
  try {
    const compared = await cluster.jobs.run('compareRevisions', job, { signal, quick: bytes <= LARGE, limitMs: SHOWN_LIMIT_MS })
    return states.flatMap(({ revision }, i) => (compared[i]?.matches ? [String(revision)] : []))
  } catch (error) {
    if (isAppError(error, 'CANCELLED')) throw error
    // Values that take too long to compare match nothing.
    return []
  }
}
