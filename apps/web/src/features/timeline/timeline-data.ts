// What was written over time as the page holds it: objects, writes in columns, their times, owners and states; and what of it a filter shows.
import type {
  PastProgress,
  PastWindow,
  TimelineBars,
  TimelineDetails,
  TimelineEnd,
  TimelineLine,
  TimelineObject,
} from '@registree/contract'
import { listFilter } from '@registree/query'
import { say } from '../../lib/say.ts'
import { parseTimelineFilter, type TypedFilter } from './timeline-filter.ts'

export type Action = 'created' | 'updated' | 'deleted'
const ACTIONS: Readonly<Record<string, Action>> = { c: 'created', u: 'updated', d: 'deleted' }

type Tone = TimelineDetails['states'][number]['tone']

export interface State {
  revision: number
  state: string
  tone: Tone
}

export interface LaneObject extends TimelineObject {
  kind: string
  owner: number | null
  /** It leads a leader election, so all of its writes are routine. */
  election: boolean
}

/** A write by its place in the columns. */
export interface TimelineData {
  window: PastWindow | null
  progress: PastProgress | null
  /** Of many writes, what is drawn before they are known one by one. */
  bars: TimelineBars | null
  end: TimelineEnd | null
  objects: readonly LaneObject[]
  /** Of each write, oldest first. */
  revision: readonly number[]
  object: readonly number[]
  action: readonly Action[]
  routine: readonly boolean[]
  /** Milliseconds since 1970; the revision itself where no time is known. */
  time: readonly number[]
  /** Whether `time` is a time. */
  timed: boolean
  /** The writes of each object, oldest first. */
  writesOf: readonly (readonly number[])[]
  /** Of the objects that have some, oldest first. While values are read, those in the middle may be unknown: see {@link UNKNOWN}. */
  states: ReadonlyMap<number, readonly State[]>
  /** Whether objects have their places: below their owners, and what went wrong first. */
  placed: boolean
  /** While values are read: what the lanes are sorted by. */
  sortedBy: SortedBy | null
}

/** How the objects were when lanes were first drawn, by {@link matchId}: another reading numbers the objects anew. */
type SortedBy = ReadonlyMap<string, Tone>

/** An order of lanes, and the filter for which it stays. */
export interface KeptOrder {
  filter: string
  sortedBy: SortedBy
}

/** Lanes that are drawn while values are read keep their order, in later readings too, until another filter is asked for. */
export function keptOrder(kept: KeptOrder | null, { sortedBy }: TimelineData, filter: string): KeptOrder | null {
  return sortedBy === null || kept?.filter === filter ? kept : { filter, sortedBy }
}

/**
 * Of more writes, lanes are drawn as soon as the newest value of each object is known, and sorted by it: all values take many seconds. Fewer are
 * awaited: what went wrong in between comes first too.
 */
export const MANY_WRITES = 20_000

/** The state of an object where its values were not read yet. */
const UNKNOWN = ''

/** Resources that are written all the time. */
const ROUTINE = new Set(['events', 'events.k8s.io/events', 'leases', 'masterleases', 'peerserverleases'])

/** Takes the lines of the answer in; `data` makes what is drawn of them. */
export class TimelineBuilder {
  #window: PastWindow | null = null
  #progress: PastProgress | null = null
  #bars: TimelineBars | null = null
  #end: TimelineEnd | null = null
  readonly #objects: LaneObject[] = []
  readonly #revision: number[] = []
  readonly #object: number[] = []
  readonly #action: Action[] = []
  #times: { revision: number; at: number }[] = []
  readonly #states = new Map<number, State[]>()
  readonly #heartbeats = new Map<number, Set<number>>()
  readonly #newest = new Map<number, State>()
  /** States and heartbeats are known up to this revision; null before any is. */
  #upTo: number | null = null
  readonly #many: number
  #sortedBy: SortedBy | null = null

  /** Of more writes than `many`, lanes are placed before all states are known. */
  constructor(many = MANY_WRITES) {
    this.#many = many
  }

  add(line: TimelineLine): void {
    switch (line.type) {
      case 'progress':
        this.#progress = line
        break
      case 'bars':
        this.#bars = line
        break
      case 'head':
        this.#window = line.window
        break
      case 'objects':
        for (const object of line.objects) this.#objects.push({ ...object, kind: '', owner: null, election: false })
        break
      case 'writes': {
        let revision = Number(line.from)
        for (const [i, step] of line.step.entries()) {
          revision += step
          this.#revision.push(revision)
          this.#object.push(line.object[i] as number)
          this.#action.push(ACTIONS[line.action[i] ?? ''] ?? 'updated')
        }
        break
      }
      case 'times': {
        const base = Date.parse(line.base)
        let revision = Number(line.from)
        this.#times = line.step.map((step, i) => {
          revision += step
          return { revision, at: base + (line.at[i] as number) }
        })
        break
      }
      case 'details':
        this.#addDetails(line)
        break
      case 'end':
        this.#end = line
    }
  }

  data(): TimelineData {
    const objects = this.#objects.map((object) => ({ ...object }))
    const writesOf: number[][] = objects.map(() => [])
    for (const [i, number] of this.#object.entries()) writesOf[number]?.push(i)
    const upTo = this.#upTo ?? 0
    const routine = this.#object.map((number, i) => {
      const object = objects[number]
      return (
        object === undefined ||
        ROUTINE.has(object.path) ||
        object.election ||
        this.#heartbeats.get(number)?.has(this.#revision[i] as number) === true ||
        // Most of these are heartbeats. Which ones is known later: what is shown then does not go again.
        (this.#end === null && object.path === 'minions' && (this.#revision[i] as number) > upTo)
      )
    })
    const states = this.#knownStates()
    const placed = this.#end !== null || (this.#upTo !== null && this.#revision.length > this.#many)
    if (placed && this.#end === null)
      this.#sortedBy ??= new Map(objects.map((object, i) => [matchId(object), this.#newest.get(i)?.tone ?? 'muted']))
    // Where all that is known is when Registree looked, every revision has that time.
    const timed = (this.#times.at(-1)?.at ?? 0) > (this.#times[0]?.at ?? 0)
    const time = timed ? interpolated(this.#revision, this.#times) : [...this.#revision]
    const made = {
      ...{
        window: this.#window,
        progress: this.#progress,
        bars: this.#bars,
        end: this.#end,
        objects,
        routine,
        time,
        timed,
        writesOf,
        states,
      },
      ...{ revision: [...this.#revision], object: [...this.#object], action: [...this.#action] },
      ...{ placed, sortedBy: this.#end === null ? this.#sortedBy : null },
    }
    addSilence(made)
    return made
  }

  #knownStates(): Map<number, State[]> {
    const states = new Map([...this.#states].map(([number, list]) => [number, [...list]]))
    if (this.#end !== null) return states
    const upTo = this.#upTo ?? 0
    for (const [number, newest] of this.#newest) {
      if (newest.revision <= upTo) continue
      const list = states.get(number) ?? []
      if (list.length > 0 && newest.revision > upTo + 1) list.push({ revision: upTo + 1, state: UNKNOWN, tone: 'muted' })
      states.set(number, [...list, newest])
    }
    return states
  }

  #addDetails({ objects, states, newest, upTo, heartbeats }: TimelineDetails): void {
    if (upTo !== null) this.#upTo = Number(upTo)
    for (const { object, revision, state, sentences, tone } of newest)
      this.#newest.set(object, { revision: Number(revision), state: say.state(sentences, state), tone })
    for (const { object, kind, owner, routine } of objects) {
      const known = this.#objects[object]
      if (known !== undefined) Object.assign(known, { kind, owner: owner === object ? null : owner, election: routine })
    }
    for (const { object, revision, state, sentences, tone } of states) {
      const list = this.#states.get(object)
      const own = { revision: Number(revision), state: say.state(sentences, state), tone }
      if (list === undefined) this.#states.set(object, [own])
      else list.push(own)
    }
    for (const { object, revision } of heartbeats) {
      const known = this.#heartbeats.get(object) ?? new Set<number>()
      this.#heartbeats.set(object, known.add(Number(revision)))
    }
  }
}

/** Times of revisions, by the two nearest ones that are known; both lists ascend. */
export function interpolated(revisions: readonly number[], known: readonly { revision: number; at: number }[]): number[] {
  let next = 0
  return revisions.map((revision) => {
    while (next < known.length && (known[next] as { revision: number }).revision < revision) next++
    const after = known[next]
    const before = after?.revision === revision ? after : known[next - 1]
    if (before === undefined) return after?.at ?? revision
    if (after === undefined || after.revision === before.revision) return before.at
    return before.at + ((after.at - before.at) * (revision - before.revision)) / (after.revision - before.revision)
  })
}

/** A node whose lease is not renewed for so long is silent before Kubernetes says so: milliseconds. */
const SILENT_MS = 20_000

/** The state in which a node is between its last renewal and what Kubernetes made of it. */
export const SILENT = 'no heartbeat'

function addSilence(data: Omit<TimelineData, 'states'> & { states: Map<number, State[]> }): void {
  const last = data.time.at(-1)
  if (!data.timed || last === undefined) return
  for (const [number, { path, owner, namespace }] of data.objects.entries()) {
    if (path !== 'leases' || namespace !== 'kube-node-lease' || owner === null) continue
    const renewed = data.writesOf[number]?.findLast((i) => data.action[i] !== 'deleted')
    if (renewed === undefined || last - (data.time[renewed] as number) < SILENT_MS) continue
    const revision = data.revision[renewed] as number
    const states = data.states.get(owner) ?? []
    const place = states.findIndex((state) => state.revision > revision)
    states.splice(place < 0 ? states.length : place, 0, { revision, state: SILENT, tone: 'warning' })
    data.states.set(owner, states)
  }
}

/** What the address says beside the chosen write; `from` and `to` are revisions, null at the ends of what is known. */
export interface TimelineFilter {
  q: string
  path: string
  namespace: string
  action: Action | ''
  routine: boolean
  from: string | null
  to: string | null
}

/** Revisions by the key, in the form of {@link matchId}. */
export type Matching = ReadonlyMap<string, ReadonlySet<number>>

/** One text for a key however it is written. */
export const matchId = ({ key, key64 }: Pick<TimelineObject, 'key' | 'key64'>): string => (key === undefined ? `64 ${key64}` : key)

/**
 * The writes that a filter shows, whatever their range, and how many routine ones it leaves out. `matching` are those that change the asked field or
 * have the asked writer; null where neither is asked.
 */
export function shownWrites(
  data: TimelineData,
  choices: TimelineFilter,
  matching: Matching | null = null,
): { shown: number[]; routine: number } {
  const typed = parseTimelineFilter(choices.q)
  const filter = { ...choices, action: choices.action || typed.action, namespace: choices.namespace || typed.namespace }
  const matched = matching && data.objects.map((object) => matching.get(matchId(object)))
  const matches = listFilter(typed.rest, COLUMNS)
  const fits = data.objects.map((_, number) => objectFits(data, number, filter, typed.of, matches))
  const shown: number[] = []
  let routine = 0
  for (let i = 0; i < data.revision.length; i++) {
    if (matched !== null && !matched[data.object[i] as number]?.has(data.revision[i] as number)) continue
    if (!fits[data.object[i] as number] || (filter.action !== '' && data.action[i] !== filter.action)) continue
    if (data.routine[i] && !filter.routine) routine++
    else shown.push(i)
  }
  return { shown, routine }
}

/** What a filter may name. */
const COLUMNS = [{ name: 'Key' }, { name: 'Kind' }, { name: 'State' }]

function objectFits(
  data: TimelineData,
  number: number,
  { path, namespace }: TimelineFilter,
  of: TypedFilter['of'],
  matches: ReturnType<typeof listFilter>,
): boolean {
  const object = data.objects[number] as LaneObject
  if (path !== '' && object.path !== path) return false
  if (namespace !== '' && object.namespace !== namespace) return false
  if (of !== null && !lineage(data, number).some((at) => isObject(data.objects[at] as LaneObject, of))) return false
  if (matches === null) return true
  // What belongs to an object that is named is shown with it.
  let keys = ''
  let kinds = ''
  let states = ''
  for (const [step, at] of lineage(data, number).entries()) {
    const own = data.objects[at] as LaneObject
    keys += ` ${own.key ?? own.name}`
    kinds += ` ${own.kind}`
    if (step === 0) states = (data.states.get(at) ?? []).map(({ state }) => state).join(' ')
  }
  return matches({ namespace: object.namespace, cells: [keys, kinds, states] })
}

function isObject({ kind, path, namespace, name }: LaneObject, of: NonNullable<TypedFilter['of']>): boolean {
  if (name !== of.name || (of.namespace !== null && (namespace ?? '') !== of.namespace)) return false
  return of.kind === '' || kind.toLowerCase() === of.kind || [of.kind, `${of.kind}s`].includes(path.split('/').at(-1) ?? '')
}

/** The object and its owners, the nearest first. What owns itself in a circle ends. */
export function lineage(data: Pick<TimelineData, 'objects'>, number: number): number[] {
  const found: number[] = []
  for (let at: number | null = number; at !== null && !found.includes(at) && found.length < 20; at = data.objects[at]?.owner ?? null)
    found.push(at)
  return found
}

export interface Lane {
  object: number
  depth: number
  /** Writes that are shown, within the range. */
  writes: number[]
}

/** The writes in a range; `writes` is in ascending order. */
export function shownIn(data: TimelineData, shown: readonly number[], range: { from: number; to: number }): readonly number[] {
  const first = firstWriteFrom(data.revision, range.from)
  const end = firstWriteFrom(data.revision, range.to + 1)
  return shown.slice(firstWriteFrom(shown, first), firstWriteFrom(shown, end))
}

/** Lanes of the objects that were written in the range, owners above what they own; groups in which something went wrong come first. */
export function lanesOf(
  data: TimelineData,
  shown: readonly number[],
  range: { from: number; to: number },
  sortedBy: SortedBy | null = null,
): Lane[] {
  const writes = new Map<number, number[]>()
  for (const i of shownIn(data, shown, range)) {
    const number = data.object[i] as number
    const own = writes.get(number)
    if (own === undefined) writes.set(number, [i])
    else own.push(i)
  }
  const children = new Map<number | null, Set<number>>()
  for (const number of writes.keys()) {
    const line = lineage(data, number)
    for (const [i, at] of line.entries()) {
      const owner = line[i + 1] ?? null
      const known = children.get(owner) ?? new Set()
      children.set(owner, known.add(at))
    }
  }
  const roots = [...(children.get(null) ?? [])].map((number) => ({
    number,
    worst: worstOf(number, children, severityIn(data, range, sortedBy)),
  }))
  roots.sort((a, b) => a.worst - b.worst || byPlace(data, a.number, b.number))
  const lanes: Lane[] = []
  // Owners may be in a circle.
  const placed = new Set<number>()
  const put = (number: number, depth: number) => {
    if (placed.has(number)) return
    placed.add(number)
    lanes.push({ object: number, depth, writes: writes.get(number) ?? [] })
    const own = [...(children.get(number) ?? [])].sort((a, b) => firstOf(data, a) - firstOf(data, b) || a - b)
    for (const child of own) put(child, depth + 1)
  }
  for (const { number } of roots) put(number, 0)
  return lanes
}

const firstOf = (data: TimelineData, number: number): number => data.writesOf[number]?.[0] ?? -1

const SEVERITY: Readonly<Record<Tone, number>> = { error: 0, warning: 1, progress: 2, muted: 2, ok: 2 }

/** How severe the states of one object are: as the order says that is kept, else in a range. */
function severityIn(data: TimelineData, range: { from: number; to: number }, sortedBy: SortedBy | null) {
  return (number: number): number => {
    const kept = sortedBy?.get(matchId(data.objects[number] as LaneObject))
    if (kept !== undefined) return SEVERITY[kept]
    let worst = 2
    for (const { from, to, tone } of spansOf(data, number))
      if (from <= range.to && to >= range.from) worst = Math.min(worst, SEVERITY[tone])
    return worst
  }
}

/** The severest state of an object, and of what it owns. */
function worstOf(number: number, children: ReadonlyMap<number | null, ReadonlySet<number>>, severity: (number: number) => number): number {
  let worst = 2
  const seen = new Set<number>()
  const next = [number]
  for (let at = next.pop(); at !== undefined && worst > 0; at = next.pop()) {
    if (seen.has(at)) continue
    seen.add(at)
    worst = Math.min(worst, severity(at))
    for (const child of children.get(at) ?? []) next.push(child)
  }
  return worst
}

function byPlace(data: TimelineData, a: number, b: number): number {
  const [one, other] = [data.objects[a] as LaneObject, data.objects[b] as LaneObject]
  const nodes = Number(other.path === 'minions') - Number(one.path === 'minions')
  const text = ({ namespace, path, name }: LaneObject) => `${namespace ?? ''}\u0000${path}\u0000${name}`
  return nodes || (text(one) < text(other) ? -1 : 1)
}

/** How long an object was in a state: from one revision to the next state, its deletion, or the end. */
export interface Span extends State {
  from: number
  to: number
}

export function spansOf(data: TimelineData, number: number): readonly Span[] {
  const known = spans.get(data) ?? new Map<number, readonly Span[]>()
  spans.set(data, known)
  const found = known.get(number) ?? madeSpans(data, number)
  known.set(number, found)
  return found
}

/** Data never changes: a new reading is another object. */
const spans = new WeakMap<TimelineData, Map<number, readonly Span[]>>()

function madeSpans(data: TimelineData, number: number): Span[] {
  const states = data.states.get(number)
  if (states === undefined) return []
  const newest = Number(data.window?.revision ?? 0)
  const deletions = (data.writesOf[number] ?? []).filter((i) => data.action[i] === 'deleted').map((i) => data.revision[i] as number)
  return states.flatMap((state, i) => {
    if (state.state === UNKNOWN) return []
    const next = states[i + 1]?.revision ?? newest
    const deleted = deletions.find((revision) => revision >= state.revision)
    return [{ ...state, from: state.revision, to: deleted !== undefined && deleted < next ? deleted : next }]
  })
}

/** The state of an object at a revision; undefined where none is known. */
export function stateAt(data: TimelineData, number: number, revision: number): State | undefined {
  return data.states.get(number)?.findLast((state) => state.revision <= revision)
}

/** How many writes of each resource each of some equal parts of the time has. */
export interface Histogram {
  /** The most written first. */
  paths: { path: string; writes: number }[]
  /** Of each path, in each part. */
  counts: number[][]
  /** In the fullest part. */
  most: number
}

export function histogram(data: TimelineData, shown: readonly number[], parts: number): Histogram {
  const totals = new Map<string, number>()
  for (const i of shown) {
    const { path } = data.objects[data.object[i] as number] as LaneObject
    totals.set(path, (totals.get(path) ?? 0) + 1)
  }
  const paths = colouredOf(totals)
  const place = new Map(paths.map(({ path }, i) => [path, i]))
  const { start, end } = extentOf(data)
  const counts = paths.map(() => new Array<number>(parts).fill(0))
  for (const i of shown) {
    const { path } = data.objects[data.object[i] as number] as LaneObject
    const row = counts[place.get(path) ?? paths.length - 1] as number[]
    const part = Math.min(parts - 1, Math.floor((((data.time[i] as number) - start) / Math.max(1, end - start)) * parts))
    row[part] = (row[part] as number) + 1
  }
  return { paths, counts, most: mostOf(counts, parts) }
}

/** {@link histogram} of writes that were counted in other parts: what a part shares with several is divided among them. */
export function histogramOf({ bars }: TimelineBars, routine: boolean, parts: number): Histogram {
  const shown = bars.filter((row) => routine || !row.routine)
  const paths = colouredOf(new Map(shown.map(({ path, writes }) => [path, writes.reduce((sum, own) => sum + own, 0)])))
  const place = new Map(paths.map(({ path }, i) => [path, i]))
  const counts = paths.map(() => new Array<number>(parts).fill(0))
  for (const { path, writes } of shown) {
    const row = counts[place.get(path) ?? paths.length - 1] as number[]
    for (const [i, own] of writes.entries()) {
      const end = ((i + 1) * parts) / writes.length
      for (let from = (i * parts) / writes.length; own > 0 && end - from > 1e-9; ) {
        const part = Math.min(parts - 1, Math.floor(from + 1e-9))
        const to = Math.min(end, part + 1)
        row[part] = (row[part] as number) + (own * (to - from) * writes.length) / parts
        from = to
      }
    }
  }
  return { paths, counts, most: mostOf(counts, parts) }
}

/** Paths by their writes: those that have a colour of their own, and the others together. */
function colouredOf(totals: ReadonlyMap<string, number>): Histogram['paths'] {
  const ordered = [...totals].map(([path, writes]) => ({ path, writes })).sort((a, b) => b.writes - a.writes || (a.path < b.path ? -1 : 1))
  const paths = ordered.slice(0, MOST_PATHS)
  const rest = ordered.slice(MOST_PATHS).reduce((sum, { writes }) => sum + writes, 0)
  if (rest > 0) paths.push({ path: OTHERS, writes: rest })
  return paths
}

function mostOf(counts: readonly (readonly number[])[], parts: number): number {
  let most = 0
  for (let part = 0; part < parts; part++)
    most = Math.max(
      most,
      counts.reduce((sum, row) => sum + (row[part] as number), 0),
    )
  return most
}

/** Resources that have a colour of their own; the others share one. */
const MOST_PATHS = 7
export const OTHERS = '\u0000others'

/** The first and the last time that is known. */
export function extentOf(data: Pick<TimelineData, 'time'>): { start: number; end: number } {
  return { start: data.time[0] ?? 0, end: data.time.at(-1) ?? 1 }
}

/** The time of a revision that may have no write of its own. */
export function timeAt(data: Pick<TimelineData, 'revision' | 'time'>, revision: number): number {
  return data.time[firstWriteFrom(data.revision, revision)] ?? data.time.at(-1) ?? 0
}

/** The place of the first of ascending numbers that is at least `value`. */
export function firstWriteFrom(ascending: readonly number[], value: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ascending[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}
