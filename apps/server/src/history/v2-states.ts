// The kept states of one v2 key, newest first. Each event names the state before it, so each state costs one request, and the start of a life a few.
import { AppError, isAppError } from '../problem.ts'
import type { V2Event, V2Node, V2Source } from '../sources/source.ts'
import { indexAhead } from '../sources/v2-index.ts'

/** What the walk needs of a keyspace. */
export type V2Past = Pick<V2Source, 'node' | 'firstEvent'>

/** A node at an index. */
export interface V2StateAt {
  /** The newest index of the keyspace. */
  head: bigint
  /** Null where it did not exist. */
  node: V2Node | null
  /** Null for a key, and where only the states of single nodes are known. */
  children: V2Node[] | null
}

/** One write to the key: its new state, or null where it was removed. */
export interface V2State {
  index: bigint
  /** etcd's own word; `refresh` if only the TTL was renewed; null if no event is kept. */
  action: string | null
  node: V2Node | null
  /** What was removed: the key, or a directory above it. */
  path: string
  /** There was nothing before. */
  isFirst: boolean
}

/** Why there is no earlier state: etcd has dropped its events before `index`, or the key did not exist before. */
interface V2End {
  kind: 'cleared' | 'first'
  index: bigint
}

export interface V2States {
  /** The newest index of the keyspace. */
  head: bigint
  present: boolean
  states: V2State[]
  /** Null if there are more. */
  end: V2End | null
}

export interface V2StatesRequest {
  path: string
  /** Only states before this index; 0n for the newest. */
  before: bigint
  /** Maximum number of states. */
  most: number
}

/** Total length of one page's values, in characters; the page ends early if they are longer. */
const MOST_CHARACTERS = 8 * 1024 * 1024

/** Throws AppError; BAD_REQUEST for a directory. */
export async function v2States(v2: V2Past, { path, before, most }: V2StatesRequest, signal: AbortSignal): Promise<V2States> {
  const { head, node } = await currentOf(v2, path, signal)
  if (node?.directory) throw new AppError('BAD_REQUEST', { code: 'v2-directory', params: { path } })
  const answer: V2States = { head, present: node !== null, states: [], end: null }
  const { states } = answer
  const walk = new Walk(v2, path, signal)
  let characters = 0
  const isNewest = before === 0n || before > head
  let next: Next = !isNewest ? await walk.before(before) : node === null ? { until: head + 1n } : { state: node }
  while (states.length < most && (characters < MOST_CHARACTERS || states.length < 2)) {
    if ('end' in next) return { ...answer, end: next.end }
    const step: Step = 'state' in next ? await walk.eventOf(next.state) : await walk.lastBefore(next.until)
    if ('end' in step) return { ...answer, end: step.end }
    states.push(step.state)
    characters += step.state.node?.value?.length ?? 0
    next = step.next
  }
  return answer
}

/**
 * The state of a node at an index (0n: the newest). Of a past state the TTL that was left is not known. Throws AppError; REVISION_COMPACTED if the
 * state is not known any more.
 */
export async function v2StateAt(
  v2: V2Past & Pick<V2Source, 'at'>,
  { path, at }: { path: string; at: bigint },
  signal: AbortSignal,
): Promise<V2StateAt> {
  const { head, node, children } = await currentOf(v2, path, signal)
  if (at > head) throw indexAhead(at, head)
  if (at === 0n || at === head) return { head, node, children }
  // A whole tree knows more than the events of one path: what a directory held, and values in it that are older than all kept events.
  const tree = treeAt(v2, at)
  if (tree !== null) {
    const { node: past, children: below } = await currentOf(tree, path, signal)
    return { head, node: past, children: below }
  }
  if (node !== null && node.modifiedIndex <= at) return { head, node, children: null }
  const past = await pastState(new Walk(v2, path, signal), { path, at, node })
  return { head, node: past === null ? null : { ...past, ttl: null }, children: null }
}

/** Null if the whole tree at that index is not known. */
function treeAt(v2: Pick<V2Source, 'at'>, at: bigint): Pick<V2Source, 'node'> | null {
  try {
    return v2.at?.(at) ?? null
  } catch (error) {
    if (isAppError(error, 'REVISION_COMPACTED')) return null
    throw error
  }
}

async function pastState(walk: Walk, { path, at, node }: { path: string; at: bigint; node: V2Node | null }): Promise<V2Node | null> {
  let found = await walk.first(at + 1n)
  if ('oldest' in found) {
    // The first kept event names the state before it, which may be old enough.
    const { oldest } = found
    found = await walk.first(oldest)
    const before = 'event' in found ? (found.event === null ? node : found.event.before) : null
    if (before !== null && !isRemovedAbove(found, path) && before.modifiedIndex <= at) return before
    throw cleared(at, 'oldest' in found ? found.oldest : oldest)
  }
  const { event } = found
  if (event === null && node === null) return null
  if (event !== null && !isRemovedAbove(found, path)) {
    if (event.before === null || event.before.modifiedIndex <= at) return event.before
  }
  // Its TTL was renewed after `at`, which is not reported, or a directory above it was removed, which does not name its values.
  const last = await walk.lastBefore(at + 1n)
  if (!('end' in last)) return last.state.node
  if (last.end.kind === 'first') return null
  throw cleared(at, last.end.index)
}

/** The node as it is in a tree; null if it is not there. */
async function currentOf(v2: Pick<V2Source, 'node'>, path: string, signal: AbortSignal): Promise<V2StateAt> {
  try {
    const { index, node, children } = await v2.node(path, signal)
    return { head: index, node, children }
  } catch (error) {
    if (!isAppError(error, 'KEY_NOT_FOUND') || error.facts.currentRevision === undefined) throw error
    return { head: error.facts.currentRevision, node: null, children: null }
  }
}

const cleared = (at: bigint, oldest: bigint) =>
  new AppError(
    'REVISION_COMPACTED',
    { code: 'v2-index-cleared', params: { index: String(at), oldest: String(oldest) } },
    { compactedRevision: oldest },
  )

const isRemovedAbove = (found: { event: V2Event | null } | { oldest: bigint }, path: string) =>
  'event' in found && found.event !== null && found.event.path !== path

/** Where the walk goes on: at a known state whose event is not, at the last event before an index, or nowhere. */
type Next = { state: V2Node } | { until: bigint } | { end: V2End }
type Step = { state: V2State; next: Next } | { end: V2End }

class Walk {
  readonly #v2: V2Past
  readonly #path: string
  readonly #signal: AbortSignal
  /** The first kept event of the key, once it was looked for; null if there is none. */
  #earliest: { oldest: bigint; event: V2Event | null } | undefined

  constructor(v2: V2Past, path: string, signal: AbortSignal) {
    this.#v2 = v2
    this.#path = path
    this.#signal = signal
  }

  first(from: bigint) {
    return this.#v2.firstEvent({ path: this.#path, from }, this.#signal)
  }

  /** The event that made a state, and where the one before it is. */
  async eventOf(node: V2Node): Promise<Step> {
    const index = node.modifiedIndex
    const found = await this.first(index)
    if ('oldest' in found)
      return {
        state: { index, action: null, node, path: this.#path, isFirst: false },
        next: { end: { kind: 'cleared', index: found.oldest } },
      }
    const { event } = found
    if (event !== null && event.index === index) return this.#step(event)
    // A directory that came with a key below it has no event.
    return { state: { index, action: node.directory ? null : 'refresh', node, path: this.#path, isFirst: false }, next: { until: index } }
  }

  /** Where the states before an index begin: the event at this index, if it is of this key, names them. */
  async before(index: bigint): Promise<Next> {
    const found = await this.first(index)
    if ('oldest' in found) return { end: { kind: 'cleared', index: found.oldest } }
    if (found.event?.index !== index) return { until: index }
    return this.#step(found.event).next
  }

  /** The last event before an index. */
  async lastBefore(until: bigint): Promise<Step> {
    const { oldest, event: earliest } = await this.#first()
    // What a directory had when it was removed is not told by the event of its removal.
    if (earliest === null || earliest.index >= until) return { end: { kind: oldest > 1n ? 'cleared' : 'first', index: oldest } }
    let found = earliest
    // Doubling backwards, then halving: most lives of a key are close together.
    let high = until
    for (let distance = 1n; ; distance *= 2n) {
      const from = until - distance
      if (from <= found.index) break
      const event = await this.#eventIn(from, until)
      if (event !== null) {
        found = event
        break
      }
      high = from
    }
    let low = found.index + 1n
    while (low < high) {
      const middle = (low + high) / 2n
      const event = await this.#eventIn(middle, until)
      if (event === null) high = middle
      else {
        found = event
        low = event.index + 1n
      }
    }
    return this.#step(found)
  }

  /** The first event of the kept ones. */
  async #first(): Promise<{ oldest: bigint; event: V2Event | null }> {
    if (this.#earliest !== undefined) return this.#earliest
    let oldest = 1n
    for (;;) {
      const found = await this.first(oldest)
      if ('event' in found) {
        this.#earliest = { oldest, event: found.event }
        return this.#earliest
      }
      oldest = found.oldest
    }
  }

  /** The first event from an index on, if it is before another one. Events that were dropped meanwhile count as none. */
  async #eventIn(from: bigint, until: bigint): Promise<V2Event | null> {
    const found = await this.first(from)
    if ('oldest' in found) return found.oldest < until ? await this.#eventIn(found.oldest, until) : null
    return found.event !== null && found.event.index < until ? found.event : null
  }

  #step({ action, refresh, index, path, node, before }: V2Event): { state: V2State; next: Next } {
    const isAbove = path !== this.#path
    return {
      state: { index, action: refresh ? 'refresh' : action, node, path, isFirst: before === null && !isAbove },
      next: before === null || isAbove ? { until: index } : { state: before },
    }
  }
}
