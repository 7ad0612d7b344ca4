// Everything that was written in the kept window, for a picture: first which keys were written when, out of keys alone; then what the values tell.
import { isAscii } from 'node:buffer'
import {
  type PastProgress,
  type TimelineBars,
  type TimelineDetails,
  type TimelineEnd,
  type TimelineHead,
  type TimelineObject,
  type TimelineObjects,
  type TimelineTimes,
  type TimelineWrites,
  toWireKey,
} from '@registree/contract'
import { displayKey, parseRegistryKey, parseRegistryText, utf8 } from '@registree/keyspace'
import type { Reading } from '../clusters/reading.ts'
import { type ClusterClock, clockOf } from '../history/cluster-clock.ts'
import { packPage } from '../jobs/page-transfer.ts'
import { type ToldObject, type ToldValue, toldFields, toldOf, unpackTold } from '../jobs/tell-values.ts'
import { hasStates, unreadState } from '../jobs/told-state.ts'
import { isAppError } from '../problem.ts'
import type { KeyValue } from '../sources/source.ts'
import { readAhead } from '../streams/read-ahead.ts'
import { isLarge } from '../values/large-values.ts'
import { shareThread } from '../values/share-thread.ts'
import { kubernetesRoot, openObject } from '../values/stored-objects.ts'
import { type KnownWrites, readPast, windowOnWire } from './past.ts'
import { ROUTINE } from './routine.ts'
import { type TimePoint, timelineBars } from './timeline-bars.ts'
import { valuesAtRevisions } from './value-at.ts'
import type { LoggedColumns, WriteLog } from './write-log.ts'

export interface TimelineRequest {
  /** A live etcd is read back until so many writes are known. */
  writes: number
  /** See {@link readPast}. */
  megabytes: number
}

type Line = PastProgress | TimelineBars | TimelineHead | TimelineObjects | TimelineWrites | TimelineTimes | TimelineDetails | TimelineEnd

const WRITES_A_LINE = 5000
const LISTED_AT_ONCE = 16_384
const OBJECTS_A_LINE = 1000
/** Revisions whose times are told, and by whose times a first picture is drawn. */
const MOST_TIMES = 5000
const FEW_TIMES = 1000
/** Revisions at which leases of a live etcd are read. */
const TIMED_REVISIONS = 64
/** Values that are opened for one answer, and at once; more writes than `many` are counted for a first picture before they are told. */
const LIMITS = { most: 100_000, atOnce: 128, many: 10_000 }
/** Values that are opened in the server's thread until another one is ready, in bytes: a few milliseconds. */
const QUICK_BYTES = 128 * 1024
/** Values of a live etcd's past that were not kept: each is a point read, and may have megabytes. */
const MOST_READ_AGAIN = 8

/** Throws AppError. */
export async function* timelineLines(
  reading: Reading,
  request: TimelineRequest,
  now: () => Date,
  limits: Partial<typeof LIMITS> = {},
): AsyncGenerator<Line, void> {
  const { many, ...opened } = { ...LIMITS, ...limits }
  const read = yield* readPast(reading, { megabytes: request.megabytes, enough: ({ log }) => log.size >= request.writes })
  const writes = read.log.columnsFrom(Number(read.oldest))
  // What is added to the log from here on is not told.
  const { keys } = read.log
  const known = { ...read, writes: writes.key.length }
  const isMany = writes.key.length > many
  const all = revisionsOf(writes)
  const clock = clockOf(reading)
  const revisions = spread(all, TIMED_REVISIONS).map(BigInt)
  await clock.learn(known.values?.leases ?? [], reading.signal)
  // What the values tell comes after the picture.
  await clock.prepare(reading, revisions, { soon: isMany ? 'few' : 'some' })
  clock.saw(known.newest, now())
  const objects = new Objects(reading, known.log, keys)
  if (isMany) {
    await objects.upTo(keys)
    const bars = await timelineBars(writes, (number) => objects.pathOf(number), timesOf(spread(all, FEW_TIMES), clock))
    if (bars !== null) yield bars
    // A live etcd has told all that it is asked for.
    if (known.values === null) await clock.prepare(reading, revisions, { soon: 'some' })
  }
  reading.cluster.jobs.warm()
  yield { type: 'head', window: windowOnWire(known, clock) }
  for (let from = 0; from < keys; from += OBJECTS_A_LINE) {
    await shareThread()
    yield { type: 'objects', objects: await objects.between(from, Math.min(keys, from + OBJECTS_A_LINE)) }
  }
  for (let from = 0; from < writes.key.length; from += WRITES_A_LINE) {
    await shareThread()
    yield writesLine(writes, from, Math.min(writes.key.length, from + WRITES_A_LINE))
  }
  await shareThread()
  yield* timesLine(all, clock)
  await known.log.findKeys(shareThread)
  const counts = yield* detailLines(reading, known, writes, objects, clock, opened)
  await clock.prepare(reading, revisions)
  yield { type: 'head', window: windowOnWire(known, clock) }
  await shareThread()
  yield* timesLine(all, clock)
  yield { type: 'end', ...counts, cost: reading.meter.read() }
}

function writesLine({ key, revision, version }: LoggedColumns, from: number, end: number): TimelineWrites {
  const first = revision[from] ?? 0
  const step: number[] = []
  let action = ''
  for (let i = from, before = first; i < end; i++) {
    const own = revision[i] as number
    step.push(own - before)
    before = own
    action += version[i] === 0 ? 'd' : version[i] === 1 ? 'c' : 'u'
  }
  return { type: 'writes', from: String(first), step, object: [...key.subarray(from, end)], action }
}

/** Each revision once, ascending. */
function revisionsOf({ revision }: LoggedColumns): Float64Array {
  const all = new Float64Array(revision.length)
  let count = 0
  for (const each of revision) if (count === 0 || all[count - 1] !== each) all[count++] = each
  return all.subarray(0, count)
}

const timesOf = (revisions: readonly number[], clock: ClusterClock): TimePoint[] =>
  revisions.flatMap((revision) => {
    const at = clock.bestOf(BigInt(revision))
    return at === null ? [] : [{ revision, at }]
  })

function* timesLine(revisions: Float64Array, clock: ClusterClock): Generator<TimelineTimes> {
  const timed = timesOf(spread(revisions, MOST_TIMES), clock)
  const [first] = timed
  if (first === undefined) return
  yield {
    type: 'times',
    base: new Date(first.at).toISOString(),
    from: String(first.revision),
    step: timed.map(({ revision }, i) => revision - (timed[i - 1]?.revision ?? first.revision)),
    at: timed.map(({ at }) => at - first.at),
  }
}

/** As many as `most`, evenly, the first and the last included. */
function spread(items: Float64Array, most: number): number[] {
  if (items.length <= most) return [...items]
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))] as number)
}

/** The objects in the order in which they are told: those that were written, then owners that were not. */
class Objects {
  readonly #reading: Reading
  readonly #log: WriteLog
  readonly #keys: number
  readonly #told: TimelineObject[] = []
  /** What keys say that differ in their last segment only. */
  readonly #directories = new Map<string, { path: string; namespace: string | null }>()
  readonly #owners = new Map<string, number>()
  #fresh: TimelineObject[] = []

  /** @param keys of the log, those that are told; it may have got others since */
  constructor(reading: Reading, log: WriteLog, keys: number) {
    this.#reading = reading
    this.#log = log
    this.#keys = keys
  }

  /** How many of them were written. */
  get written(): number {
    return this.#keys
  }

  /** Knows those that were written, up to the number `end`. */
  async upTo(end: number): Promise<void> {
    for (let number = this.#told.length; number < end; number++) {
      if (number % OBJECTS_A_LINE === 0) await shareThread()
      this.#told.push(this.#object(this.#log.keyOf(number)))
    }
  }

  async between(from: number, end: number): Promise<TimelineObject[]> {
    await this.upTo(end)
    return this.#told.slice(from, end)
  }

  pathOf(number: number): string {
    return this.#told[number]?.path ?? ''
  }

  namespaceOf(number: number): string | null {
    return this.#told[number]?.namespace ?? null
  }

  nameOf(number: number): string {
    return this.#told[number]?.name ?? ''
  }

  /** The number of an object at its place; one that was not written is added. */
  at(path: string, namespace: string | null, name: string): number {
    const place = namespace === null ? `${path}/${name}` : `${path}/${namespace}/${name}`
    const key = utf8(`${kubernetesRoot(this.#reading.cluster)}${place}`)
    const written = this.#log.numberOf(key)
    const known = written !== undefined && written < this.#keys ? written : this.#owners.get(place)
    if (known !== undefined) return known
    const object = { ...toWireKey(key), path, namespace, name }
    this.#fresh.push(object)
    const number = this.#told.push(object) - 1
    this.#owners.set(place, number)
    return number
  }

  /** Those that were added since the last call. */
  fresh(): TimelineObject[] {
    const fresh = this.#fresh
    this.#fresh = []
    return fresh
  }

  #object(key: Uint8Array): TimelineObject {
    const prefix = this.#reading.cluster.kubernetesPrefix
    if (isAscii(key)) {
      const text = Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')
      const end = text.lastIndexOf('/')
      const name = text.slice(end + 1)
      const directory = text.slice(0, end)
      const known = this.#directories.get(directory)
      if (known !== undefined && name !== '') return { key: text, path: known.path, namespace: known.namespace, name }
      const parsed = parseRegistryText(text, { prefix })
      const found = { path: parsed?.name === undefined ? '' : parsed.resource, namespace: parsed?.namespace ?? null }
      // Its other keys have names in the same place.
      if (parsed?.name === name) this.#directories.set(directory, found)
      return { key: text, ...found, name: parsed?.name ?? displayKey(key) }
    }
    const parsed = parseRegistryKey(key, { prefix })
    return {
      ...toWireKey(key),
      path: parsed?.name === undefined ? '' : parsed.resource,
      namespace: parsed?.namespace ?? null,
      name: parsed?.name ?? displayKey(key),
    }
  }
}

/**
 * First what the newest value of each object tells, so that objects can be placed below their owners; then the other values in the order of revisions.
 * The newest of each if they are too many.
 */
async function* detailLines(
  reading: Reading,
  known: KnownWrites,
  writes: LoggedColumns,
  objects: Objects,
  clock: ClusterClock,
  limits: Pick<typeof LIMITS, 'most' | 'atOnce'>,
): AsyncGenerator<TimelineObjects | TimelineDetails, { opened: number; left: number }> {
  const { first, others, left } = await wantedValues(writes, objects, limits.most)
  const values = new Values(reading, known, objects, clock)
  const newest: Told[] = []
  let opened = 0
  for await (const batch of first.length === 0 ? [] : values.inBatches(first, limits.atOnce)) {
    const details = emptyDetails(null)
    for (const value of batch) {
      if (value.told.object !== null) opened++
      addObject(value, objects, details)
      const told = stateToldBy(value)
      if (told === null) continue
      newest.push(told)
      details.newest.push(told.state)
    }
    yield* withFresh(objects, details)
  }
  // From here on objects have their places, though no state before the newest is known.
  yield emptyDetails(String(known.oldest - 1n))
  // They are told again in the order of revisions: what is complete up to a revision has the newest states up to there.
  newest.sort((a, b) => Number(a.state.revision) - Number(b.state.revision))
  let toldAgain = 0
  let from = 0
  const before = new Map<number, Told>()
  for await (const batch of values.inBatches(others, limits.atOnce)) {
    from += limits.atOnce
    // The next batch may be of the same transaction.
    const next = others[from]
    const upTo = next === undefined ? Number(known.newest) : next.revision - 1
    const details = emptyDetails(String(upTo))
    for (const value of batch) {
      if (value.told.object !== null) opened++
      if (value.last) addObject(value, objects, details)
      const told = stateToldBy(value)
      if (told !== null) addState(told, details, before)
    }
    // The newest state of an object comes after all of its others.
    for (const told of newest.slice(toldAgain)) {
      if (next !== undefined && Number(told.state.revision) > upTo) break
      addState(told, details, before)
      toldAgain++
    }
    yield* withFresh(objects, details)
  }
  return { opened, left: left + values.missing }
}

function* withFresh(objects: Objects, details: TimelineDetails): Generator<TimelineObjects | TimelineDetails> {
  const fresh = objects.fresh()
  if (fresh.length > 0) yield { type: 'objects', objects: fresh }
  yield details
}

const emptyDetails = (upTo: string | null): TimelineDetails => ({
  ...{ type: 'details', objects: [], states: [], newest: [], heartbeats: [], upTo },
})

interface Wanted {
  key: number
  revision: number
  /** The newest value of its key. */
  last: boolean
}

/** In the order of revisions. */
interface WantedValues {
  /** The newest values of objects. */
  first: Wanted[]
  others: Wanted[]
  /** How many were too many. */
  left: number
}

/**
 * Every value of the kinds that have states, and the newest one of every other object, in the order of revisions: at most `most`, of which the newest
 * values of objects go before others.
 */
async function wantedValues({ key, revision, version }: LoggedColumns, objects: Objects, most: number): Promise<WantedValues> {
  const keys = objects.written
  const newest = new Float64Array(keys)
  for (let i = 0; i < key.length; i++) if (version[i] !== 0) newest[key[i] as number] = revision[i] as number
  const routine = new Uint8Array(keys)
  const states = new Uint8Array(keys)
  for (let number = 0; number < keys; number++) {
    const path = objects.pathOf(number)
    routine[number] = Number(ROUTINE.has(path))
    states[number] = Number(hasStates(path))
  }
  const first: Wanted[] = []
  const others: Wanted[] = []
  for (let i = 0; i < key.length; i++) {
    if (i % LISTED_AT_ONCE === 0) await shareThread()
    if (version[i] === 0) continue
    const number = key[i] as number
    const last = newest[number] === revision[i]
    if (!last && states[number] === 0) continue
    const list = last && routine[number] === 0 ? first : others
    list.push({ key: number, revision: revision[i] as number, last })
  }
  const some = { first: lastOf(first, most), others: lastOf(others, most - first.length) }
  return { ...some, left: first.length + others.length - some.first.length - some.others.length }
}

const lastOf = <Item>(items: readonly Item[], most: number): Item[] => items.slice(Math.max(0, items.length - Math.max(0, most)))

interface WantedValue extends Wanted {
  path: string
  /** Null where it could not be read. */
  kv: KeyValue | null
}

interface OpenedValue extends WantedValue {
  told: ToldValue
}

/** Opens values in threads, and tells the clock what they say. */
class Values {
  readonly #reading: Reading
  readonly #known: KnownWrites
  readonly #objects: Objects
  readonly #clock: ClusterClock
  #again = MOST_READ_AGAIN
  /** Those that did not pass by, or were too large to keep, beyond the few that are read again. */
  missing = 0

  constructor(reading: Reading, known: KnownWrites, objects: Objects, clock: ClusterClock) {
    this.#reading = reading
    this.#known = known
    this.#objects = objects
    this.#clock = clock
  }

  /** In the order of `wanted`, a batch at least; within a batch those of one resource follow each other. */
  async *inBatches(wanted: readonly Wanted[], atOnce: number): AsyncGenerator<OpenedValue[], void> {
    // Some are read while threads open others.
    for await (const { made } of readAhead(this.#begun(wanted, atOnce), this.#reading.cluster.jobs.parallel)) {
      const batch = await made
      this.#clock.addOf(
        batch.flatMap(({ kv, told }) => (kv === null || told.object === null ? [] : [kv.modRevision])),
        batch.flatMap(({ told }) => told.anchors),
      )
      yield batch
    }
  }

  async *#begun(wanted: readonly Wanted[], atOnce: number): AsyncGenerator<{ made: Promise<OpenedValue[]> }, void> {
    for (let from = 0; from === 0 || from < wanted.length; from += atOnce) {
      const made = this.#opened(byPath(await this.#read(wanted.slice(from, from + atOnce))))
      // Prevents an unhandled rejection until it is awaited.
      made.catch(() => {})
      yield { made }
    }
  }

  async #read(wanted: readonly Wanted[]): Promise<WantedValue[]> {
    const { log, values } = this.#known
    const found = wanted.map(({ key, revision }) => values?.at(log.keyOf(key), revision) ?? null)
    const again = wanted.flatMap((_, i) => {
      if (found[i] !== null) return []
      if (values === null || this.#again-- > 0) return [i]
      this.missing++
      return []
    })
    const points = again.map((i) => wanted[i] as Wanted).map(({ key, revision }) => ({ key: log.keyOf(key), revision: BigInt(revision) }))
    for (const [place, kv] of (await valuesAtRevisions(this.#reading, points)).entries()) found[again[place] as number] = kv
    return wanted.map((each, i) => ({ ...each, path: this.#objects.pathOf(each.key), kv: found[i] ?? null }))
  }

  async #opened(batch: readonly WantedValue[]): Promise<OpenedValue[]> {
    const together = batch.filter(({ kv }) => kv !== null && !isLarge(kv.value))
    const told = new Map<WantedValue, ToldValue | 'again'>()
    for (const [i, each] of (await this.#inThread(together)).entries()) told.set(together[i] as WantedValue, each)
    const opened: OpenedValue[] = []
    for (const each of batch) {
      const own = told.get(each) ?? 'again'
      opened.push({ ...each, told: own === 'again' ? await this.#alone(each) : own })
    }
    return opened
  }

  async #inThread(batch: readonly WantedValue[]): Promise<(ToldValue | 'again')[]> {
    if (batch.length === 0) return []
    const { cluster, policy, signal } = this.#reading
    const kvs = batch.map(({ kv }) => kv as KeyValue)
    const numbers = new BigInt64Array(3 * kvs.length)
    for (const [i, { createRevision, modRevision, version }] of kvs.entries()) numbers.set([createRevision, modRevision, version], 3 * i)
    const job = { cluster: cluster.configured, policy, paths: batch.map(({ path }) => path), numbers }
    // Copies: values that passed by are shared, and what no thread opens is read again here.
    const { page, transfer } = packPage(kvs, { keeps: true })
    const bytes = page.values.byteLength
    try {
      const quick = bytes <= QUICK_BYTES
      const told = await cluster.jobs.run('tellValues', { ...job, page }, { signal, transfer, quick, holds: bytes })
      return unpackTold(told)
    } catch (error) {
      if (isAppError(error, 'CANCELLED')) throw error
      // One of them may have ended the thread.
      return batch.map(() => 'again')
    }
  }

  async #alone({ path, kv }: WantedValue): Promise<ToldValue> {
    if (kv === null) return { object: null, state: unreadState(path), beyond: null, anchors: [] }
    const { cluster, signal } = this.#reading
    return toldOf(path, await openObject(cluster, kv, toldFields(path), { signal }), kv)
  }
}

/** Those of one resource together, resources in the order of their first. */
function byPath(values: readonly WantedValue[]): WantedValue[] {
  const groups = new Map<string, WantedValue[]>()
  for (const each of values) {
    const group = groups.get(each.path)
    if (group === undefined) groups.set(each.path, [each])
    else group.push(each)
  }
  return [...groups.values()].flat()
}

function addObject({ key, path, told: { object } }: OpenedValue, objects: Objects, details: TimelineDetails): void {
  if (object === null) return
  const owner = ownerOf(key, path, object.owner, objects)
  details.objects.push({ object: key, kind: object.kind, owner, routine: object.election })
}

function ownerOf(key: number, path: string, owner: ToldObject['owner'], objects: Objects): number | null {
  const own = objects.namespaceOf(key)
  if (owner === 'unplaced') return null
  if (owner !== null) return objects.at(owner.path, owner.namespaced ? owner.namespace || own : null, owner.name)
  // The Endpoints of a Service have its name, and no owner.
  return path === 'services/endpoints' ? objects.at('services/specs', own, objects.nameOf(key)) : null
}

/** How an object was at one revision. */
interface Told {
  number: number
  state: TimelineDetails['states'][number]
  created: boolean
  /** Of a node, what is left of it without its heartbeats; else null. */
  beyond: string | null
  /** Its value was not read, and there is a newer one. */
  passed: boolean
}

function stateToldBy({ key, revision, last, kv, told: { state, beyond } }: OpenedValue): Told | null {
  if (state === null) return null
  return {
    number: key,
    state: { object: key, revision: String(revision), ...state },
    created: kv !== null && kv.createRevision === kv.modRevision,
    beyond,
    passed: kv === null && !last,
  }
}

/** A state is told where it, or its tone, begins: a pod that runs may not be ready. */
function addState(told: Told, details: TimelineDetails, before: Map<number, Told>): void {
  const { number, state, created, beyond, passed } = told
  const known = created ? undefined : before.get(number)
  // Where nothing is known before, there is no state that would seem to last.
  if (passed && known === undefined) return
  if (known?.state.state !== state.state || known.state.tone !== state.tone) details.states.push(state)
  else if (beyond !== null && known.beyond === beyond) details.heartbeats.push({ object: number, revision: state.revision })
  before.set(number, told)
}
