// Everything that was written in the kept window, for a picture: first which keys were written when, out of keys alone; then what the values tell.
import {
  type PastProgress,
  type TimelineDetails,
  type TimelineEnd,
  type TimelineHead,
  type TimelineObject,
  type TimelineObjects,
  type TimelineTimes,
  type TimelineWrites,
  toWireKey,
} from '@registree/contract'
import { displayKey, parseRegistryKey, utf8 } from '@registree/keyspace'
import { type FieldSelection, type KubeObject, objectAt, ownersOf, resourceAt, resourceOfKind, selectFields, textAt } from '@registree/kube'
import { ANCHOR_FIELDS, type Anchor, anchorsOf } from '@registree/kube/clock'
import type { Reading } from '../clusters/reading.ts'
import { type ClusterClock, clockOf } from '../history/cluster-clock.ts'
import type { KeyValue } from '../sources/source.ts'
import { kubernetesRoot, openObjects } from '../values/stored-objects.ts'
import { type KnownWrites, readPast, windowOnWire } from './past.ts'
import { beyondHeartbeat, hasStates, stateFields, stateOf } from './states.ts'
import { valuesAtRevisions } from './value-at.ts'
import type { LoggedWrite } from './write-log.ts'

export interface TimelineRequest {
  /** A live etcd is read back until so many writes are known. */
  writes: number
  /** See {@link readPast}. */
  megabytes: number
}

type Line = PastProgress | TimelineHead | TimelineObjects | TimelineWrites | TimelineTimes | TimelineDetails | TimelineEnd

const WRITES_A_LINE = 5000
const OBJECTS_A_LINE = 1000
/** Revisions whose times are told. */
const MOST_TIMES = 5000
/** Revisions at which leases of a live etcd are read. */
const TIMED_REVISIONS = 64
/** Values that are opened for one answer, and at once. */
const OPENED = { most: 100_000, atOnce: 128 }
/** Values of a live etcd's past that were not kept: each is a point read, and may have megabytes. */
const MOST_READ_AGAIN = 8

/** Throws AppError. */
export async function* timelineLines(
  reading: Reading,
  request: TimelineRequest,
  now: () => Date,
  limits: typeof OPENED = OPENED,
): AsyncGenerator<Line, void> {
  const known = yield* readPast(reading, { megabytes: request.megabytes, enough: ({ log }) => log.size >= request.writes })
  const writes = [...known.log.oldestFirst(Number(known.oldest))]
  const clock = clockOf(reading)
  const revisions = spread([...new Set(writes.map(({ revision }) => revision))], TIMED_REVISIONS).map(BigInt)
  await clock.learn(known.values?.leases ?? [], reading.signal)
  // What the values tell comes after the picture.
  await clock.prepare(reading, revisions, { soon: true })
  clock.saw(known.newest, now())
  yield { type: 'head', window: windowOnWire(known, clock) }
  const objects = new Objects(reading, known)
  for (let number = 0; number < known.log.keys; number += OBJECTS_A_LINE)
    yield { type: 'objects', objects: objects.upTo(Math.min(known.log.keys, number + OBJECTS_A_LINE)) }
  for (let from = 0; from < writes.length; from += WRITES_A_LINE) yield writesLine(writes.slice(from, from + WRITES_A_LINE))
  yield* timesLine(writes, clock)
  const counts = yield* detailLines(reading, known, writes, objects, clock, limits)
  await clock.prepare(reading, revisions)
  yield { type: 'head', window: windowOnWire(known, clock) }
  yield* timesLine(writes, clock)
  yield { type: 'end', ...counts, cost: reading.meter.read() }
}

function writesLine(writes: readonly LoggedWrite[]): TimelineWrites {
  const first = writes[0]?.revision ?? 0
  return {
    type: 'writes',
    from: String(first),
    step: writes.map(({ revision }, i) => revision - (writes[i - 1]?.revision ?? first)),
    object: writes.map(({ key }) => key),
    action: writes.map(({ version }) => (version === 0 ? 'd' : version === 1 ? 'c' : 'u')).join(''),
  }
}

function* timesLine(writes: readonly LoggedWrite[], clock: ClusterClock): Generator<TimelineTimes> {
  const timed = spread([...new Set(writes.map(({ revision }) => revision))], MOST_TIMES).flatMap((revision) => {
    const at = clock.bestOf(BigInt(revision))
    return at === null ? [] : [{ revision, at }]
  })
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
function spread(items: readonly number[], most: number): number[] {
  if (items.length <= most) return [...items]
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))] as number)
}

/** The objects in the order in which they are told: those that were written, then owners that were not. */
class Objects {
  readonly #reading: Reading
  readonly #known: KnownWrites
  readonly #told: TimelineObject[] = []
  readonly #owners = new Map<string, number>()
  #fresh: TimelineObject[] = []

  constructor(reading: Reading, known: KnownWrites) {
    this.#reading = reading
    this.#known = known
  }

  upTo(end: number): TimelineObject[] {
    const from = this.#told.length
    for (let number = from; number < end; number++) this.#told.push(this.#object(this.#known.log.keyOf(number)))
    return this.#told.slice(from)
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
    const known = this.#known.log.numberOf(key) ?? this.#owners.get(place)
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
    const parsed = parseRegistryKey(key, { prefix: this.#reading.cluster.kubernetesPrefix })
    return {
      ...toWireKey(key),
      path: parsed?.name === undefined ? '' : parsed.resource,
      namespace: parsed?.namespace ?? null,
      name: parsed?.name ?? displayKey(key),
    }
  }
}

const OWN_FIELDS = [
  '.apiVersion',
  '.kind',
  '.metadata.ownerReferences',
  ".metadata.annotations['control-plane.alpha.kubernetes.io/leader']",
  '.involvedObject',
  '.regarding',
  ...ANCHOR_FIELDS,
]
const PLAIN = selectFields(OWN_FIELDS)
const selections = new Map<string, FieldSelection>()

function fieldsOf(path: string): FieldSelection {
  if (!hasStates(path)) return PLAIN
  const known = selections.get(path) ?? selectFields([...OWN_FIELDS, ...stateFields(path)])
  selections.set(path, known)
  return known
}

/** Written all the time, and left out unless asked for: what they tell comes last. */
const ROUTINE = new Set(['events', 'events.k8s.io/events', 'leases', 'masterleases', 'peerserverleases'])

/**
 * First what the newest value of each object tells, so that objects can be placed below their owners; then the other values in the order of revisions.
 * The newest of each if they are too many.
 */
async function* detailLines(
  reading: Reading,
  known: KnownWrites,
  writes: readonly LoggedWrite[],
  objects: Objects,
  clock: ClusterClock,
  limits: typeof OPENED,
): AsyncGenerator<TimelineObjects | TimelineDetails, { opened: number; left: number }> {
  const { first, others, left } = wantedValues(writes, objects, limits.most)
  const values = new Values(reading, known, objects, clock)
  const newest: Told[] = []
  let opened = 0
  for (let from = 0; from < first.length; from += limits.atOnce) {
    const details = emptyDetails(null)
    for await (const value of values.of(first.slice(from, from + limits.atOnce))) {
      opened++
      details.objects.push(objectDetails(value, objects))
      const told = toldOf(value)
      if (told === null) continue
      newest.push(told)
      details.newest.push(told.state)
    }
    yield* withFresh(objects, details)
  }
  // They are told again in the order of revisions: what is complete up to a revision has the newest states up to there.
  newest.sort((a, b) => Number(a.state.revision) - Number(b.state.revision))
  let toldAgain = 0
  const before = new Map<number, Told>()
  for (let from = 0; from === 0 || from < others.length; from += limits.atOnce) {
    // The next batch may be of the same transaction.
    const next = others[from + limits.atOnce]
    const upTo = next === undefined ? Number(known.newest) : next.revision - 1
    const details = emptyDetails(String(upTo))
    for await (const value of values.of(others.slice(from, from + limits.atOnce))) {
      opened++
      if (value.last) details.objects.push(objectDetails(value, objects))
      const told = toldOf(value)
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

/**
 * Every value of the kinds that have states, and the newest one of every other object, in the order of revisions: at most `most`, of which the newest
 * values of objects go before others; `left` were too many.
 */
function wantedValues(writes: readonly LoggedWrite[], objects: Objects, most: number): { first: Wanted[]; others: Wanted[]; left: number } {
  const newest = new Map<number, number>()
  for (const { key, revision, version } of writes) if (version !== 0) newest.set(key, revision)
  const first: Wanted[] = []
  const others: Wanted[] = []
  for (const { key, revision, version } of writes) {
    if (version === 0) continue
    const path = objects.pathOf(key)
    const last = newest.get(key) === revision
    if (last && !ROUTINE.has(path)) first.push({ key, revision, last })
    else if (last || hasStates(path)) others.push({ key, revision, last })
  }
  const some = { first: lastOf(first, most), others: lastOf(others, most - first.length) }
  return { ...some, left: first.length + others.length - some.first.length - some.others.length }
}

const lastOf = <Item>(items: readonly Item[], most: number): Item[] => items.slice(Math.max(0, items.length - Math.max(0, most)))

interface OpenedValue {
  kv: KeyValue
  number: number
  last: boolean
  path: string
  object: KubeObject
  /** Nothing of it is unreadable. */
  isWhole: boolean
}

/** Opens values, and tells the clock what they say. */
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

  async *of(batch: readonly Wanted[]): AsyncGenerator<OpenedValue, void> {
    const { cluster, signal } = this.#reading
    const anchors: Anchor[] = []
    const told: bigint[] = []
    const stored = await this.#read(batch)
    // Values of one resource have the same fields.
    for (const [path, group] of byPath(stored, this.#objects)) {
      for await (const { kv, opened } of openObjects(cluster, group, fieldsOf(path), { signal })) {
        const object = opened.object ?? opened.outline
        if (object === undefined) continue
        anchors.push(...anchorsOf(object, kv))
        told.push(kv.modRevision)
        yield { kv, number: kv.number, last: kv.last, path, object, isWhole: opened.problem === undefined }
      }
    }
    this.#clock.addOf(told, anchors)
  }

  async #read(wanted: readonly Wanted[]): Promise<Stored[]> {
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
    return wanted.flatMap(({ key: number, last }, i) => {
      const kv = found[i]
      return kv == null ? [] : [{ ...kv, number, last }]
    })
  }
}

type Stored = KeyValue & { number: number; last: boolean }

function byPath(stored: readonly Stored[], objects: Objects): Map<string, Stored[]> {
  const groups = new Map<string, Stored[]>()
  for (const kv of stored) {
    const path = objects.pathOf(kv.number)
    const group = groups.get(path)
    if (group === undefined) groups.set(path, [kv])
    else group.push(kv)
  }
  return groups
}

function objectDetails({ number, path, object }: OpenedValue, objects: Objects): TimelineDetails['objects'][number] {
  return {
    object: number,
    kind: textAt(object, 'kind') || (resourceAt(path)?.kind ?? ''),
    owner: ownerOf(number, path, object, objects),
    routine: textAt(object, 'metadata', 'annotations', 'control-plane.alpha.kubernetes.io/leader') !== '',
  }
}

function ownerOf(number: number, path: string, object: KubeObject, objects: Objects): number | null {
  const namespace = objects.namespaceOf(number)
  const about = objectAt(object, 'involvedObject') ?? objectAt(object, 'regarding')
  if (about !== undefined)
    return placed(
      textAt(about, 'apiVersion'),
      textAt(about, 'kind'),
      textAt(about, 'name'),
      textAt(about, 'namespace') || namespace,
      objects,
    )
  const owners = ownersOf(object)
  const owner = owners.find(({ controller }) => controller) ?? owners[0]
  if (owner !== undefined) return placed(owner.apiVersion, owner.kind, owner.name, namespace, objects)
  // The Endpoints of a Service have its name, and no owner.
  return path === 'services/endpoints' ? objects.at('services/specs', namespace, objects.nameOf(number)) : null
}

function placed(apiVersion: string, kind: string, name: string, namespace: string | null, objects: Objects): number | null {
  const resource = resourceOfKind(apiVersion, kind)
  if (resource === undefined || name === '' || name.includes('/')) return null
  return objects.at(resource.path, resource.namespaced ? namespace : null, name)
}

/** How an object was at one revision. */
interface Told {
  number: number
  state: TimelineDetails['states'][number]
  created: boolean
  /** Of a node, what is left of it without its heartbeats; else null. */
  beyond: string | null
}

function toldOf({ number, path, kv: { modRevision, createRevision }, object, isWhole }: OpenedValue): Told | null {
  const found = isWhole ? stateOf(path, object) : null
  if (found === null) return null
  return {
    number,
    state: { object: number, revision: String(modRevision), ...found },
    created: createRevision === modRevision,
    beyond: path === 'minions' ? beyondHeartbeat(object, found.state) : null,
  }
}

/** A state is told where it, or its tone, begins: a pod that runs may not be ready. */
function addState(told: Told, details: TimelineDetails, before: Map<number, Told>): void {
  const { number, state, created, beyond } = told
  const known = created ? undefined : before.get(number)
  if (known?.state.state !== state.state || known.state.tone !== state.tone) details.states.push(state)
  else if (beyond !== null && known.beyond === beyond) details.heartbeats.push({ object: number, revision: state.revision })
  before.set(number, told)
}
