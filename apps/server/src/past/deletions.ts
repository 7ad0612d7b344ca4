// One page of what was deleted, newest first: each key with when, how, and where its last value is.
import { type DeletedEntry, type DeletedPage, type DeletedQuery, type PastProgress, toWireKey } from '@registree/contract'
import { displayKey, parseRegistryKey, toUtf8OrNull } from '@registree/keyspace'
import { resourceAt, roundedSize, selectFields, textAt } from '@registree/kube'
import { ANCHOR_FIELDS, anchorsOf } from '@registree/kube/clock'
import { listFilter } from '@registree/query'
import type { Reading } from '../clusters/reading.ts'
import { clockOf } from '../history/cluster-clock.ts'
import { inEnglish } from '../messages/in-english.ts'
import { isAppError } from '../problem.ts'
import type { KeyValue } from '../sources/source.ts'
import { decodeValue } from '../values/decode-value.ts'
import { type OpenedObject, openObject, whyUnread } from '../values/stored-objects.ts'
import { DeletionCauses, LAST_FIELDS } from './deletion-causes.ts'
import { type KnownWrites, readPast, windowOnWire } from './past.ts'
import { ROUTINE } from './routine.ts'

export interface DeletionsRequest extends Pick<DeletedQuery, 'path' | 'namespace' | 'q'> {
  /** Events and leases too. */
  routine: boolean
  /** The place behind the last one of the page before; null for the newest. */
  before: { revision: bigint; skip: number } | null
  limit: number
  /** See {@link readPast}. */
  megabytes: number
}

/** The most that one answer counts by. */
const MOST_TALLIES = 500
const FIELDS = selectFields([...LAST_FIELDS, ...ANCHOR_FIELDS])

/** A deletion as the keys alone tell it. */
interface KnownDeletion {
  key: Uint8Array
  number: number
  revision: bigint
  /** Of the deletions of its revision, from 0. */
  place: number
  path: string
  namespace: string | null
  name: string
  routine: boolean
}

/** Reads back until the page is full; the last line is the page. Throws AppError. */
export async function* deletedLines(
  reading: Reading,
  request: DeletionsRequest,
  now: () => Date,
): AsyncGenerator<PastProgress | DeletedPage, void> {
  const known = yield* readPast(reading, {
    megabytes: request.megabytes,
    enough: (writes) => matching(reading, writes, request, request.limit + 1).length > request.limit,
  })
  yield await pageOf(reading, known, request, now)
}

async function pageOf(reading: Reading, known: KnownWrites, request: DeletionsRequest, now: () => Date): Promise<DeletedPage> {
  const all = [...deletionsIn(reading, known)]
  const matched = all.filter((deletion) => matches(deletion, request))
  const behind = matched.filter((deletion) => isBehind(deletion, request.before))
  const shown = behind.slice(0, request.limit)
  const last = shown.at(-1)
  const clock = clockOf(reading)
  const { path: _path, ...withoutPath } = request
  const { namespace: _namespace, ...withoutNamespace } = request
  const entries: Omit<DeletedEntry, 'time'>[] = []
  const causes = new DeletionCauses(reading)
  const lives = livesOf(known, shown)
  for (const deletion of shown) entries.push({ ...(await entryOf(reading, deletion, causes)), again: lives.get(deletion.number) ?? null })
  const revisions = shown.map(({ revision }) => revision)
  await clock.learn(known.values?.leases ?? [], reading.signal)
  await clock.prepare(reading, [...new Set([...revisions, known.oldest])])
  clock.saw(known.newest, now())
  const more = behind.length > shown.length
  return {
    type: 'deleted',
    window: windowOnWire(known, clock),
    entries: entries.map((entry) => ({ ...entry, time: clock.timeOf(BigInt(entry.revision)) })),
    // Where nothing more is known and more may be read, the next page begins where this one ended.
    next: last !== undefined && (more || known.end === 'enough') ? `${last.revision}.${last.place + 1}` : null,
    matched: matched.length,
    routine: all.filter(({ routine }) => routine).length,
    // What each choice would show beside the other filters.
    paths: tally(all.filter((deletion) => matches(deletion, withoutPath)).map(({ path }) => path)),
    namespaces: tally(all.filter((deletion) => matches(deletion, withoutNamespace)).flatMap(({ namespace }) => namespace ?? [])),
    cost: reading.meter.read(),
  }
}

async function entryOf(reading: Reading, deletion: KnownDeletion, causes: DeletionCauses): Promise<Omit<DeletedEntry, 'time' | 'again'>> {
  const { cluster, signal, policy, now } = reading
  const { key, revision, path, namespace, name } = deletion
  const { kv, problem } = await lastValue(reading, key, revision - 1n)
  const opened: OpenedObject = kv === null ? {} : await openObject(cluster, kv, FIELDS, { signal })
  const object = opened.object ?? opened.outline ?? null
  if (kv !== null && object !== null) clockOf(reading).add(anchorsOf(object, kv))
  const decoded =
    kv === null
      ? null
      : await decodeValue(
          kv.value,
          { key, modRevision: kv.modRevision, decryptor: cluster.decryptor, policy, now, view: 'none' },
          cluster.jobs,
          signal,
        )
  const rounded = decoded?.rawMasked ?? false
  const unread = kv !== null && object === null && path !== '' ? whyUnread(opened) : null
  return {
    ...toWireKey(key),
    revision: String(revision),
    path,
    kind: textAt(object ?? {}, 'kind') || decoded?.kind || (resourceAt(path)?.kind ?? ''),
    apiVersion: textAt(object ?? {}, 'apiVersion'),
    namespace,
    name,
    size: kv === null ? null : rounded ? roundedSize(kv.value.length) : kv.value.length,
    rounded,
    created: textAt(object ?? {}, 'metadata', 'creationTimestamp') || null,
    last: kv === null ? null : String(revision - 1n),
    causes: await causes.of({ revision, namespace, kv, object }),
    problem: problem ?? (unread === null ? null : inEnglish.problem(unread)),
    ...(unread === null ? {} : { sentences: unread }),
  }
}

async function lastValue(
  { source, signal }: Reading,
  key: Uint8Array,
  revision: bigint,
): Promise<{ kv: KeyValue | null; problem: string | null }> {
  try {
    return { kv: (await source.range({ key, end: null, revision, limit: 1 }, signal)).kvs[0] ?? null, problem: null }
  } catch (error) {
    // etcd may have been compacted since its writes were read, and a watch may be allowed where a read is not.
    if (isAppError(error, 'REVISION_COMPACTED') || isAppError(error, 'SOURCE_FORBIDDEN')) return { kv: null, problem: error.message }
    throw error
  }
}

/** Of the keys that were deleted and are there now: since which revision. */
function livesOf({ log, oldest }: KnownWrites, shown: readonly KnownDeletion[]): Map<number, string> {
  const asked = new Set(shown.map(({ number }) => number))
  const lives = new Map<number, string>()
  for (const { key, version, createRevision } of log.newestFirst(Number(oldest))) {
    if (asked.size === 0) break
    if (!asked.delete(key)) continue
    if (version !== 0) lives.set(key, String(createRevision))
  }
  return lives
}

function matching(reading: Reading, known: KnownWrites, request: DeletionsRequest, most: number): KnownDeletion[] {
  const found: KnownDeletion[] = []
  for (const deletion of deletionsIn(reading, known)) {
    if (!matches(deletion, request) || !isBehind(deletion, request.before)) continue
    found.push(deletion)
    if (found.length >= most) break
  }
  return found
}

/** What a filter may name. */
const COLUMNS = [{ name: 'Key' }, { name: 'Resource' }]

/** Compiled once for all deletions of a request. */
const filters = new WeakMap<DeletionsRequest, ReturnType<typeof listFilter>>()

function matches(deletion: KnownDeletion, request: DeletionsRequest): boolean {
  const { path, namespace, q, routine } = request
  if (path !== undefined && deletion.path !== path) return false
  if (namespace !== undefined && deletion.namespace !== namespace) return false
  if (deletion.routine && !routine && path !== deletion.path) return false
  if (!filters.has(request)) filters.set(request, listFilter(q ?? '', COLUMNS))
  const matching = filters.get(request) ?? null
  return matching === null || matching({ namespace: deletion.namespace, cells: [displayKey(deletion.key), deletion.path] })
}

function isBehind({ revision, place }: KnownDeletion, before: DeletionsRequest['before']): boolean {
  return before === null || revision < before.revision || (revision === before.revision && place >= before.skip)
}

function* deletionsIn({ cluster }: Reading, { log, oldest }: KnownWrites): Generator<KnownDeletion> {
  let last = 0
  let place = 0
  for (const { key: number, revision, version } of log.newestFirst(Number(oldest))) {
    if (version !== 0) continue
    place = revision === last ? place + 1 : 0
    last = revision
    const key = log.keyOf(number)
    const parsed = parseRegistryKey(key, { prefix: cluster.kubernetesPrefix })
    const path = parsed?.resource ?? ''
    yield {
      key,
      number,
      revision: BigInt(revision),
      place,
      path,
      namespace: parsed?.namespace ?? null,
      name: parsed?.name ?? (toUtf8OrNull(key) === null ? displayKey(key) : Buffer.from(key).toString()),
      routine: ROUTINE.has(path),
    }
  }
}

function tally(names: readonly string[]): { name: string; deletions: number }[] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts]
    .map(([name, deletions]) => ({ name, deletions }))
    .sort((a, b) => b.deletions - a.deletions || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_TALLIES)
}
