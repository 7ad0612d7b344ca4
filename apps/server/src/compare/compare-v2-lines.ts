// Compares two v2 keyspaces node by node, in the order of their paths; every value, because indices of two etcds tell nothing.
import type { CompareEntry, CompareLine, CompareNoise } from '@registree/contract'
import { toWireKey } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import type { Reading } from '../clusters/reading.ts'
import type { ComparedPair } from '../jobs/compare-pairs.ts'
import { AppError, isAppError } from '../problem.ts'
import type { V2Node, V2Source } from '../sources/source.ts'
import { compareV2Paths, v2Nodes } from '../sources/v2-nodes.ts'
import { shareThread } from '../values/share-thread.ts'
import { CompareTally } from './compare-tally.ts'
import { JudgedPairs } from './judged-pairs.ts'

export interface CompareV2Request {
  left: Reading
  right: Reading
  /** 0n for the newest; of a live etcd nothing else is known. */
  indices: { left: bigint; right: bigint }
  /** Only this node and what is below it. */
  path: string
  /** Send entries that are noise too. */
  noise: boolean
}

type Which = 'left' | 'right'
type NodePair = { left: V2Node | null; right: V2Node | null }

const BATCH = 200
/** Directories that are read of each side, each with a request of its own. */
const MOST_DIRECTORIES = 20_000
/** Names at the beginning of a path by which the counts are grouped. */
const GROUP_DEPTH = 2

/** Throws AppError. Memory: a batch of values, and one level of each directory on the way to it. */
export async function* compareV2Lines(request: CompareV2Request): AsyncGenerator<CompareLine, void> {
  const { left, right, path } = request
  for (const which of ['left', 'right'] as const) if (request.indices[which] !== 0n) refuseLive(request[which])
  const newest = { left: await indexOf(left, path), right: await indexOf(right, path) }
  const indices = { left: request.indices.left || newest.left, right: request.indices.right || newest.right }
  const comparison = new V2Comparison(request)
  const sameEtcd = left.cluster.opened === right.cluster.opened
  yield {
    type: 'start',
    left: sideOnWire(left, indices.left),
    right: sideOnWire(right, indices.right),
    relation: sameEtcd ? 'same' : 'unknown',
  }
  const walks = { left: comparison.walk('left'), right: comparison.walk('right') }
  try {
    let batch: NodePair[] = []
    for await (const pair of merged(walks, (which) => comparison.isCut(which))) {
      batch.push(pair)
      if (batch.length < BATCH) continue
      const entries = await comparison.compare(batch)
      batch = []
      if (entries.length > 0) yield { type: 'entries', entries }
      yield comparison.progress(false)
      await shareThread()
    }
    const entries = await comparison.compare(batch)
    if (entries.length > 0) yield { type: 'entries', entries }
  } finally {
    await Promise.all([walks.left.return(), walks.right.return()])
  }
  // A live keyspace is read level by level, and goes on meanwhile.
  const moved = (await indexOf(left, path)) !== newest.left || (await indexOf(right, path)) !== newest.right
  left.identity.check()
  right.identity.check()
  yield comparison.progress(true, moved)
}

/** The newest index. A user who may not read the root is told it with the compared node. */
async function indexOf(reading: Reading, path: string): Promise<bigint> {
  const { v2 } = reading.cluster.opened
  const ofNode = async () =>
    await v2.node(path, reading.signal).catch((error: unknown) => {
      if (isAppError(error, 'KEY_NOT_FOUND') && error.facts.currentRevision !== undefined) return { index: error.facts.currentRevision }
      throw error
    })
  const read = async () =>
    await v2.status(reading.signal).catch(async (error: unknown) => {
      if (path === '/' || !isAppError(error, 'SOURCE_FORBIDDEN')) throw error
      return await ofNode()
    })
  return (await naming(reading, read)).index
}

const sideOnWire = ({ cluster: { name, opened } }: Reading, index: bigint) => ({
  ...{ cluster: name, origin: opened.origin, source: opened.source, revision: String(index), time: null },
})

const liveTree = (reading: Reading) => named(reading, new AppError('BAD_REQUEST', { code: 'v2-tree-live', params: {} }))

/** Before anything is read. A file without a v2 keyspace says so itself. */
function refuseLive(reading: Reading): void {
  const { v2 } = reading.cluster.opened
  if (v2.at === undefined && v2.kind !== 'file') throw liveTree(reading)
}

/** The keyspace at an index. Throws AppError. */
function treeOf(reading: Reading, index: bigint): Pick<V2Source, 'node'> {
  const { v2 } = reading.cluster.opened
  if (index === 0n) return v2
  if (v2.at === undefined) throw liveTree(reading)
  try {
    return v2.at(index)
  } catch (error) {
    throw named(reading, error)
  }
}

async function naming<T>(reading: Reading, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw named(reading, error)
  }
}

/** The reader of two clusters must know which one an error is of. */
function named({ cluster }: Reading, error: unknown): unknown {
  return isAppError(error) ? new AppError(error.code, error.says, { ...error.facts, cluster: cluster.name, cause: error }) : error
}

/** Ends where one side does because it is too large: what the other has behind that may be on both. */
async function* merged(
  { left, right }: Record<Which, AsyncGenerator<V2Node, void>>,
  isCut: (which: Which) => boolean,
): AsyncGenerator<NodePair, void> {
  let [a, b] = [await left.next(), await right.next()]
  while (!a.done || !b.done) {
    if ((a.done && isCut('left')) || (b.done && isCut('right'))) return
    const order = a.done ? 1 : b.done ? -1 : compareV2Paths(a.value.path, b.value.path)
    const pair = { left: order <= 0 && !a.done ? a.value : null, right: order >= 0 && !b.done ? b.value : null }
    // A directory that is empty on one side only: both have it.
    if (order === 0 || a.done || b.done || !isAbove(order < 0 ? [a.value, b.value] : [b.value, a.value])) yield pair
    if (order <= 0) a = await left.next()
    if (order >= 0) b = await right.next()
  }
}

const isAbove = ([above, node]: [V2Node, V2Node]): boolean => above.directory && node.path.startsWith(`${above.path}/`)

class V2Comparison {
  readonly #request: CompareV2Request
  readonly #tally: CompareTally
  readonly #keys = { left: 0, right: 0 }
  readonly #directories = { left: 0, right: 0 }
  readonly #cut = { left: false, right: false }
  readonly #trees: Record<Which, Pick<V2Source, 'node'>>
  #values = 0

  /** Throws AppError for an index that a side does not know. */
  constructor(request: CompareV2Request) {
    this.#request = request
    this.#trees = { left: treeOf(request.left, request.indices.left), right: treeOf(request.right, request.indices.right) }
    this.#tally = new CompareTally(request.noise)
  }

  async *walk(which: Which): AsyncGenerator<V2Node, void> {
    const reading = this.#request[which]
    const { opened } = reading.cluster
    const v2 = {
      node: async (path: string, signal?: AbortSignal) => {
        this.#directories[which] += 1
        return await naming(reading, () => this.#trees[which].node(path, signal))
      },
    }
    const onLarge = () => {
      this.#cut[which] = true
    }
    const { signal } = reading
    yield* v2Nodes(
      { v2, source: opened.source },
      { path: this.#request.path, emptyDirectories: true, most: MOST_DIRECTORIES, signal, onLarge },
    )
  }

  /** Whether a side has more than is read of it. */
  isCut(which: Which): boolean {
    return this.#cut[which]
  }

  /** Counts the pairs, and returns those that are listed. */
  async compare(pairs: readonly NodePair[]): Promise<CompareEntry[]> {
    const verdicts: (ComparedPair | null)[] = pairs.map(() => null)
    const judged = new JudgedPairs(this.#request.left, this.#request.right, { otherObjects: false, keyspace: 'v2' })
    const note = (done: { at: number; verdict: ComparedPair }[]) => {
      for (const { at, verdict } of done) verdicts[at] = verdict
    }
    for (const [at, { left, right }] of pairs.entries()) {
      if (left !== null) this.#keys.left += 1
      if (right !== null) this.#keys.right += 1
      if (left === null || right === null) continue
      this.#values += 1
      if (left.value === right.value) verdicts[at] = EQUAL
      else if (left.value === null || right.value === null) verdicts[at] = OTHER_FORM
      else {
        const key = utf8(left.path)
        note(await judged.add({ at, leftKey: key, rightKey: key, left: utf8(left.value), right: utf8(right.value), sameKey: true }))
      }
    }
    note(await judged.rest())
    return pairs.flatMap((pair, at) => this.#entry(pair, verdicts[at] ?? null) ?? [])
  }

  progress(done: boolean, moved = false): CompareLine {
    const { left, right } = this.#directories
    return {
      type: 'progress',
      done,
      keys: { ...this.#keys },
      values: this.#values,
      shared: null,
      ...this.#tally.told(),
      // etcd’s v2 walks nothing but what it answers.
      cost: { left: { ranges: left, walked: 0, largestWalk: 0 }, right: { ranges: right, walked: 0, largestWalk: 0 } },
      v2: { moved, large: this.#cut.left || this.#cut.right },
    }
  }

  /** Counts one pair; null if it is not listed. */
  #entry({ left, right }: NodePair, values: ComparedPair | null): CompareEntry | null {
    const verdict = left === null || right === null || values === null ? null : withExpiration(values, left, right)
    const change = left === null ? 'added' : right === null ? 'removed' : (verdict?.change ?? 'changed')
    const noise: CompareNoise | null = verdict?.noise ?? null
    const { path } = (left ?? right) as V2Node
    const group = groupOf(path)
    if (!this.#tally.count(group, change, noise) || change === 'equal') return null
    const at = (node: V2Node | null) => node && { ...toWireKey(utf8(node.path)), modRevision: String(node.modifiedIndex) }
    return { left: at(left), right: at(right), path: group, namespace: null, name: path, change, noise, summary: verdict?.summary ?? [] }
  }
}

const EQUAL: ComparedPair = { change: 'equal', noise: null, summary: [] }
/** A key on one side, a directory on the other. */
const OTHER_FORM: ComparedPair = { change: 'changed', noise: null, summary: [{ code: 'form', params: {} }] }

/** A node that is renewed expires at another time; whether it expires at all is more than that. */
function withExpiration(values: ComparedPair, { expiration: from }: V2Node, { expiration: to }: V2Node): ComparedPair {
  if (from === to) return values
  const path = 'expiration'
  const part =
    from === null
      ? { code: 'added' as const, params: { path, to: to ?? '' } }
      : to === null
        ? { code: 'removed' as const, params: { path, from } }
        : { code: 'changed' as const, params: { path, from, to } }
  if (from !== null && to !== null) return values.change === 'equal' ? { change: 'changed', noise: 'folded', summary: [part] } : values
  return { change: 'changed', noise: null, summary: [...values.summary, part] }
}

/** The directory that a node is counted under: the first names of its path, without its own. */
function groupOf(path: string): string {
  const names = path.split('/').slice(1, -1).slice(0, GROUP_DEPTH)
  return `/${names.join('/')}`
}
