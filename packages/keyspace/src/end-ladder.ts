// Chooses the end of the next Range so that etcd walks about as many keys as wanted: a guess at what lies ahead, from what was just seen.
import { commonPrefixLength, compareBytes, prefixEndOrNull } from './bytes.ts'

/** Something that was found (a child directory or a key) and how many keys it stands for. */
export interface Mass {
  bytes: Uint8Array
  weight: number
}

/** An exclusive end of an interval; null is the end of the keyspace. */
export type End = Uint8Array | null

export interface LadderRequest {
  /** Everything below is done with; the interval begins here. */
  position: Uint8Array
  /** The end may not lie beyond. */
  fence: End
  /** Length of the prefix that all keys ahead share. */
  baseLength: number
  /** What was found so far, in byte order, the newest last. */
  recent: readonly Mass[]
  /** How many keys etcd should walk. */
  target: number
  /** How many keys lie before the fence, where an earlier reply told: the guess is scaled to it. Infinity when unknown. */
  left: number
  /** Whether `left` is exact, or only the most that it can be. */
  leftExact: boolean
}

// A directory of which nothing is known is taken for a large one: to look too closely costs a round trip, to reach too far a walk.
const unknownWeight = 20_000
// The characters that names in Kubernetes are made of (RFC 1123 subdomains, RBAC's `:`), until enough names were seen to know better.
const usualBytes = [...'-.0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz'].map((character) => character.charCodeAt(0))
const likelyBytes = [...'-0123456789abcdefghijklmnopqrstuvwxyz'].map((character) => character.charCodeAt(0))

export function compareEnds(a: End, b: End): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return compareBytes(a, b)
}

/**
 * The keys ahead are seen as a trie of bytes. For each depth the masses found so far tell how many further siblings a node has and what a
 * node weighs; the rungs of the ladder are the nodes that follow the position, the nearest first: the siblings at the deepest byte, then
 * those at the byte before it, and so on towards the prefix. The end is the last rung below which the expected weight stays within the target.
 */
export function chooseLadderEnd(request: LadderRequest): End {
  const { position, fence, baseLength } = request
  const shared = fence === null ? baseLength : Math.max(0, Math.min(commonPrefixLength(position, fence), position.length))
  const model = new TrieModel(request.recent, position, baseLength)

  let target = request.target
  if (Number.isFinite(request.left)) {
    let expected = 0
    walkRungs(model, position, fence, shared, (weight) => {
      expected += weight
      return true
    })
    if (expected > 0) {
      const scale = request.left / expected
      // An inexact `left` may belong to a directory that is already behind: it can only make the guess more careful.
      target /= request.leftExact ? Math.min(Math.max(scale, 0.02), 50) : Math.min(Math.max(scale / 2, 1), 50)
    }
  }

  let sum = 0
  let end: End | undefined
  let stopped = false
  walkRungs(model, position, fence, shared, (weight, rungEnd, node) => {
    if (sum + weight > target) {
      stopped = true
      if (end === undefined) end = model.descend(node, rungEnd, target)
      return false
    }
    sum += weight
    end = rungEnd
    return true
  })
  if (!stopped || end === undefined) return fence
  return compareEnds(end, fence) < 0 ? end : fence
}

type Rung = (weight: number, end: End, node: Uint8Array) => boolean

function walkRungs(model: TrieModel, position: Uint8Array, fence: End, shared: number, rung: Rung): void {
  for (let depth = position.length; depth >= shared; depth--) {
    // At the last byte the position's own node is still ahead; at the bytes before it, only the siblings after it are.
    const own = depth === position.length - 1
    const from = depth === position.length ? 0 : (position[depth] as number) + (own ? 0 : 1)
    if (depth === position.length && depth > model.baseLength) continue
    const bytes = model.alphabetFrom(from)
    const weight = model.siblingsAhead(depth, from) * model.nodeWeight(depth + 1)
    const node = position.slice(0, depth)
    const carry = prefixEndOrNull(node)
    if (bytes.length === 0) {
      if (!rung(0, carry, node)) return
      continue
    }
    for (let i = 0; i < bytes.length; i++) {
      const child = withByte(node, bytes[i] as number)
      if (fence !== null && compareBytes(child, fence) >= 0) return
      const next = bytes[i + 1]
      if (!rung(weight / bytes.length, next === undefined ? carry : withByte(node, next), child)) return
    }
  }
}

class TrieModel {
  readonly baseLength: number
  readonly #branches: number[] = []
  readonly #closed: number[] = []
  readonly #closedWeight: number[] = []
  readonly #openWeight: number[] = []
  readonly #alphabet: readonly number[]
  readonly #depths: number

  constructor(recent: readonly Mass[], position: Uint8Array, baseLength: number) {
    this.baseLength = baseLength
    let depths = position.length
    for (const mass of recent) depths = Math.max(depths, mass.bytes.length)
    this.#depths = depths
    const lastBoundary: number[] = []
    const before: number[] = [0]
    for (let i = 0; i < recent.length; i++) {
      const { bytes, weight } = recent[i] as Mass
      before.push((before[i] as number) + weight)
      const following = recent[i + 1]?.bytes ?? position
      const depth = commonPrefixLength(bytes, following)
      // The step to the position closes nodes, but it is no sibling that was found.
      if (i + 1 < recent.length) this.#branches[depth] = (this.#branches[depth] ?? 0) + 1
      this.#closed[depth] = (this.#closed[depth] ?? 0) + 1
      lastBoundary[depth] = i + 1
    }
    // What happens at a depth closes the nodes of every greater depth.
    let closed = 0
    let boundary = 0
    const total = before.at(-1) ?? 0
    const closedAt: number[] = []
    for (let depth = 0; depth <= depths + 1; depth++) {
      closedAt[depth] = closed
      this.#closedWeight[depth] = before[boundary] ?? 0
      this.#openWeight[depth] = total - (before[boundary] ?? 0)
      closed += this.#closed[depth] ?? 0
      boundary = Math.max(boundary, lastBoundary[depth] ?? 0)
    }
    this.#closed = closedAt
    this.#alphabet = alphabetOf(recent, baseLength)
  }

  alphabetFrom(byte: number): number[] {
    return this.#alphabet.filter((candidate) => candidate >= byte)
  }

  /** How many nodes to expect at `depth` among the bytes from `from` on. */
  siblingsAhead(depth: number, from: number): number {
    const all = this.#alphabet.length
    const ahead = this.alphabetFrom(from).length / all
    const branches = this.#branches[depth] ?? 0
    const closed = this.#closed[depth] ?? 0
    if (closed >= 2) return ((branches + 0.3) / (closed + 1)) * ahead * 1.5
    return ((branches + 0.5) / (1 - ahead + 0.15)) * ahead
  }

  /** What a node of this depth weighs, in keys. */
  nodeWeight(depth: number): number {
    const closed = this.#closed[depth] ?? 0
    if (closed > 0) return Math.max(1, (this.#closedWeight[depth] ?? 0) / closed)
    if (depth > this.#depths) return this.#deepestWeight()
    const deeper = this.nodeWeight(depth + 1) * (1 + (this.#branches[depth] ?? 0))
    return Math.max(deeper, this.#openWeight[depth] ?? 0)
  }

  #deepestWeight(): number {
    for (let depth = this.#depths + 1; depth >= 0; depth--) {
      const closed = this.#closed[depth] ?? 0
      if (closed > 0) return Math.max(1, (this.#closedWeight[depth] ?? 0) / closed)
    }
    return unknownWeight
  }

  /** An end inside `node`, of which the whole is too much: as many of its children as the target allows, where they are known to be lighter. */
  descend(node: Uint8Array, nodeEnd: End, target: number): End {
    let path = node
    for (let steps = 0; steps < 8; steps++) {
      const depth = path.length
      const fanOut = 1 + (this.#branches[depth] ?? 0) / ((this.#closed[depth] ?? 0) + 1)
      const first = this.#alphabet[0]
      if ((this.#closed[depth + 1] ?? 0) === 0 || fanOut < 1.3 || first === undefined) break
      const weight = this.nodeWeight(depth + 1)
      const bytes = Math.floor((target * this.#alphabet.length) / (fanOut * weight))
      if (bytes >= 1 || weight <= 4 * target) {
        const next = this.#alphabet[Math.max(bytes, 1)]
        return next === undefined ? prefixEndOrNull(path) : withByte(path, next)
      }
      path = withByte(path, first)
    }
    return path === node ? nodeEnd : prefixEndOrNull(path)
  }
}

function alphabetOf(recent: readonly Mass[], baseLength: number): readonly number[] {
  const seen = new Uint8Array(256)
  for (const { bytes } of recent) for (let i = baseLength; i < bytes.length; i++) seen[bytes[i] as number] = 1
  const usual = recent.length >= 40 ? [] : recent.length >= 4 ? likelyBytes : usualBytes
  for (const byte of usual) seen[byte] = 1
  const alphabet: number[] = []
  for (let byte = 0; byte < 256; byte++) if (seen[byte] === 1) alphabet.push(byte)
  return alphabet
}

function withByte(node: Uint8Array, byte: number): Uint8Array {
  const child = new Uint8Array(node.length + 1)
  child.set(node)
  child[node.length] = byte
  return child
}
