// Compares two keyspaces key by key, and reads values only where the keys do not tell whether they are the same.
import { type CompareEntry, type CompareLine, type CompareNoise, type CompareRelation, toWireKey } from '@registree/contract'
import { displayKey, equalBytes, keySuccessor, parseRegistryKey, type ReadInterval, startsWithBytes, utf8 } from '@registree/keyspace'
import { isEncrypted, selectFields, textAt } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import type { ComparedPair } from '../jobs/compare-pairs.ts'
import { listDirectories } from '../registry/catalogue.ts'
import { shareThread } from '../values/share-thread.ts'
import { kubernetesRoot, openObject } from '../values/stored-objects.ts'
import { identityKey, revisionOf, sideOnWire } from './compare-side.ts'
import { CompareTally } from './compare-tally.ts'
import { earliest } from './earliest.ts'
import { JudgedPairs } from './judged-pairs.ts'
import { type MergeSide, mergeKeys, type Pair } from './merge-keys.ts'
import { readValueAt, valuesOf } from './paired-values.ts'
import { isTwin, type Proof, type ReadTwin, SharedHistory, type Twin } from './shared-history.ts'

export interface CompareRequest {
  left: Reading
  right: Reading
  /** 0n for the newest. */
  revisions: { left: bigint; right: bigint }
  /** One resource, by its directory. */
  path?: string | undefined
  namespaces?: { left: string; right: string } | undefined
  /** All keys instead of the Kubernetes objects, if neither a path nor a namespace limits them. */
  all: boolean
  /** Send entries that are noise too. */
  noise: boolean
  /** Compare every value. */
  every: boolean
  /** Both sides are members of one etcd. */
  members: boolean
}

type Which = 'left' | 'right'

/** What changes all the time; the same as on the page of deletions. */
const ROUTINE = new Set(['events', 'events.k8s.io/events', 'leases', 'masterleases', 'peerserverleases'])

/** Throws AppError. Memory: a few pages of keys, and of values where they are compared. */
export async function* compareLines(request: CompareRequest, now: () => Date): AsyncGenerator<CompareLine, void> {
  const { left, right } = request
  const revisions = await revisionsOf(request)
  const relation = await relationOf(request, revisions)
  yield {
    type: 'start',
    left: await sideOnWire(left, revisions.left, now),
    right: await sideOnWire(right, revisions.right, now),
    relation,
  }
  const comparison = new Comparison(request, relation)
  for (const [leftPart, rightPart] of await partsOf(request, revisions)) {
    const sides = { left: sideOf(left, revisions.left, leftPart), right: sideOf(right, revisions.right, rightPart) }
    for await (const pairs of mergeKeys(sides.left, sides.right, left.signal)) {
      if (pairs.length === 0) continue
      const entries = await comparison.compare(pairs, sides)
      if (entries.length > 0) yield { type: 'entries', entries }
      yield comparison.progress(false)
      await shareThread()
    }
  }
  left.identity.check()
  right.identity.check()
  yield comparison.progress(true)
}

/** Members of one etcd are compared at one revision: one may not have the newest yet. */
async function revisionsOf({ left, right, revisions, members }: CompareRequest): Promise<Record<Which, bigint>> {
  const [a, b] = [await revisionOf(left, revisions.left), await revisionOf(right, revisions.right)]
  if (!members || revisions.left > 0n || revisions.right > 0n) return { left: a, right: b }
  const both = earliest(a, b)
  return { left: both, right: both }
}

const UID = selectFields(['.metadata.uid'])
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The namespace kube-system is created with the cluster and never deleted: its uid is what a Kubernetes cluster is known by. */
async function relationOf({ left, right }: CompareRequest, revisions: Record<Which, bigint>): Promise<CompareRelation> {
  if (left.cluster.opened === right.cluster.opened && left.cluster.kubernetesPrefix === right.cluster.kubernetesPrefix) return 'same'
  const [a, b] = [await clusterUid(left, revisions.left), await clusterUid(right, revisions.right)]
  return a === null || b === null ? 'unknown' : a === b ? 'same' : 'other'
}

async function clusterUid({ cluster, source, signal }: Reading, revision: bigint): Promise<string | null> {
  const [stored] = (await source.range({ key: identityKey(cluster), end: null, revision, limit: 1 }, signal)).kvs
  if (stored === undefined) return null
  const { object } = await openObject(cluster, stored, UID, { signal })
  return textAt(object ?? {}, 'metadata', 'uid') || null
}

type Part = { interval: ReadInterval; strip: number }

/** What to read on each side. A namespace is one part for each resource, and its own object. */
async function partsOf(request: CompareRequest, revisions: Record<Which, bigint>): Promise<[Part, Part][]> {
  const { left, right, path, namespaces, all } = request
  const below = (reading: Reading, rest: string): Part => {
    const prefix = utf8(kubernetesRoot(reading.cluster) + rest)
    return { interval: { prefix }, strip: prefix.length }
  }
  if (namespaces === undefined) {
    if (all && path === undefined) return [0].map(() => [wholeKeyspace(), wholeKeyspace()])
    const rest = path === undefined ? '' : `${path}/`
    return [[below(left, rest), below(right, rest)]]
  }
  const paths =
    path === undefined
      ? await Promise.all([
          listDirectories(left.cluster, left.source, revisions.left, left.signal),
          listDirectories(right.cluster, right.source, revisions.right, right.signal),
        ]).then((lists) => [...new Set(lists.flatMap((list) => list.paths))].sort())
      : [path]
  const own = (reading: Reading, name: string): Part => {
    const key = utf8(`${kubernetesRoot(reading.cluster)}namespaces/${name}`)
    return { interval: { key, end: keySuccessor(key) }, strip: key.length }
  }
  const parts: [Part, Part][] = path === undefined ? [[own(left, namespaces.left), own(right, namespaces.right)]] : []
  for (const each of paths) parts.push([below(left, `${each}/${namespaces.left}/`), below(right, `${each}/${namespaces.right}/`)])
  return parts
}

const wholeKeyspace = (): Part => ({ interval: { prefix: new Uint8Array() }, strip: 0 })

function sideOf({ source, cluster }: Reading, revision: bigint, { interval, strip }: Part): MergeSide {
  return { source, interval, strip, revision, knowledge: cluster.knowledge }
}

/** A pair whose values have to be compared, with the numbers of its keys among those of the batch. */
interface Open {
  pair: Twin
  at: number
  left: number
  right: number
}

class Comparison {
  readonly #request: CompareRequest
  readonly #relation: CompareRelation
  readonly #shared: SharedHistory
  readonly #tally: CompareTally
  readonly #keys = { left: 0, right: 0 }
  #values = 0
  #place: { below: Uint8Array; path: string } | null = null

  constructor(request: CompareRequest, relation: CompareRelation) {
    this.#request = request
    this.#relation = relation
    this.#tally = new CompareTally(request.noise)
    const { left, right } = request
    // Two readings of one etcd have one history; what could break it ends the reading.
    this.#shared = new SharedHistory(left.cluster.opened === right.cluster.opened ? 2n ** 63n : 0n)
  }

  /** Counts the pairs, and returns those that differ. */
  async compare(pairs: readonly Pair[], sides: Record<Which, MergeSide>): Promise<CompareEntry[]> {
    const verdicts: (ComparedPair | null)[] = pairs.map(() => null)
    const open: Open[] = []
    const twins: Twin[] = []
    let [lefts, rights] = [0, 0]
    for (const [at, { left, right }] of pairs.entries()) {
      if (left !== null && right !== null) {
        const twin = isTwin(left, right)
        const leftOut = !this.#request.noise && !this.#request.every && ROUTINE.has(this.#pathOf({ left, right }))
        // What is left out is not read either, unless it may be equal.
        if (leftOut && !twin) verdicts[at] = ROUTINELY_CHANGED
        else open.push({ pair: { left, right }, at, left: lefts, right: rights })
        if (twin) twins.push({ left, right })
      }
      if (left !== null) lefts += 1
      if (right !== null) rights += 1
    }
    this.#keys.left += lefts
    this.#keys.right += rights

    if (!this.#request.every) await this.#shared.look(twins, (twin) => this.#readTwin(twin, sides))
    const unproven = open.filter(({ pair, at }) => {
      const proven = !this.#request.every && isTwin(pair.left, pair.right) && this.#shared.isProven(pair)
      if (proven) verdicts[at] = EQUAL
      return !proven
    })
    for await (const { at, verdict } of this.#compareValues(unproven, sides)) verdicts[at] = verdict

    const entries: CompareEntry[] = []
    for (const [at, pair] of pairs.entries()) {
      const entry = this.#count(pair, verdicts[at] ?? null)
      if (entry !== null) entries.push(entry)
    }
    return entries
  }

  progress(done: boolean): CompareLine {
    const { left, right } = this.#request
    const { proven } = this.#shared
    return {
      type: 'progress',
      done,
      keys: { ...this.#keys },
      values: this.#values,
      shared: left.cluster.opened === right.cluster.opened || proven === 0n ? null : String(proven),
      ...this.#tally.told(),
      cost: { left: left.meter.read(), right: right.meter.read() },
    }
  }

  /** Counts one pair; null if it is not listed. */
  #count(pair: Pair, verdict: ComparedPair | null): CompareEntry | null {
    const path = this.#pathOf(pair)
    const { left, right } = pair
    const change = left === null ? 'added' : right === null ? 'removed' : (verdict?.change ?? 'changed')
    const noise: CompareNoise | null = ROUTINE.has(path) ? 'routine' : (verdict?.noise ?? null)
    if (!this.#tally.count(path, change, noise) || change === 'equal') return null
    const kv = left ?? right
    const parsed = kv && parseRegistryKey(kv.key, { prefix: this.#request[left === null ? 'right' : 'left'].cluster.kubernetesPrefix })
    return {
      left: left && { ...toWireKey(left.key), modRevision: String(left.modRevision) },
      right: right && { ...toWireKey(right.key), modRevision: String(right.modRevision) },
      path,
      namespace: parsed?.namespace ?? null,
      name: parsed?.name ?? (kv === null ? '' : displayKey(kv.key)),
      change,
      noise,
      summary: verdict?.summary ?? [],
    }
  }

  /** The directory of the resource. Keys come in order, so that it is nearly always that of the key before. */
  #pathOf({ left, right }: Pair): string {
    const kv = left ?? right
    if (kv === null) return ''
    if (this.#place !== null && startsWithBytes(kv.key, this.#place.below)) return this.#place.path
    const { cluster } = this.#request[left === null ? 'right' : 'left']
    const path = parseRegistryKey(kv.key, { prefix: cluster.kubernetesPrefix })?.resource ?? ''
    this.#place = path === '' ? null : { below: utf8(`${kubernetesRoot(cluster)}${path}/`), path }
    return path
  }

  async #readTwin({ left, right }: Twin, sides: Record<Which, MergeSide>): ReturnType<ReadTwin> {
    const { signal } = this.#request.left
    const [a, b] = await Promise.all([readValueAt(sides.left, left.key, signal), readValueAt(sides.right, right.key, signal)])
    this.#values += 1
    return a === null || b === null ? null : { left: a, right: b, proof: () => this.#proofBy({ left, right }, a) }
  }

  async #proofBy(twin: Twin, value: Uint8Array): Promise<Proof> {
    // Other keys may have a uid that somebody made up.
    if (this.#pathOf(twin) === '') return null
    if (isEncrypted(value)) return 'write'
    const { cluster, signal } = this.#request.left
    const { object } = await openObject(cluster, { ...twin.left, value }, UID, { signal })
    return UUID.test(textAt(object ?? {}, 'metadata', 'uid')) ? 'create' : null
  }

  async *#compareValues(
    open: readonly Open[],
    sides: Record<Which, MergeSide>,
  ): AsyncGenerator<{ at: number; verdict: ComparedPair }, void> {
    const { signal } = this.#request.left
    const lefts = valuesOf(
      sides.left,
      open.map((one) => ({ kv: one.pair.left, place: one.left })),
      signal,
    )
    const rights = valuesOf(
      sides.right,
      open.map((one) => ({ kv: one.pair.right, place: one.right })),
      signal,
    )
    const { left: ofLeft, right: ofRight, namespaces } = this.#request
    const otherObjects = this.#relation === 'other' || (namespaces !== undefined && namespaces.left !== namespaces.right)
    const judged = new JudgedPairs(ofLeft, ofRight, { otherObjects, keyspace: 'v3' })
    try {
      for (const { pair, at } of open) {
        const [a, b] = [await lefts.next(), await rights.next()]
        if (a.done || b.done) throw new Error('A value was not read')
        // A revision is fixed, so that only a damaged source loses a key between two reads.
        const [left, right] = [a.value ?? new Uint8Array(), b.value ?? new Uint8Array()]
        this.#values += 1
        const sameKey = equalBytes(pair.left.key, pair.right.key)
        if (sameKey && equalBytes(left, right)) {
          yield { at, verdict: EQUAL }
          continue
        }
        yield* await judged.add({ at, leftKey: pair.left.key, rightKey: pair.right.key, left, right, sameKey })
      }
      yield* await judged.rest()
    } finally {
      await Promise.all([lefts.return(), rights.return()])
    }
  }
}

const EQUAL: ComparedPair = { change: 'equal', noise: null, summary: [] }
const ROUTINELY_CHANGED: ComparedPair = { change: 'changed', noise: 'routine', summary: [] }
