// Chooses the end of the next Range so that etcd walks about the wanted number of keys: predicted from what was seen so far.
import { commonPrefixLength, compareBytes, prefixEndOrNull, SLASH } from './bytes.ts'

/** An exclusive end of an interval; null is the end of the keyspace. */
export type End = Uint8Array | null

export function compareEnds(a: End, b: End): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return compareBytes(a, b)
}

export interface LadderRequest {
  /** Everything before it is done; the interval begins here. */
  position: Uint8Array
  /** The end must not exceed it. */
  fence: End
  /** The number of keys that etcd should walk. */
  target: number
  /** The number of keys before the fence, if an earlier reply told: the prediction is scaled to it. Infinity if unknown. */
  left: number
  /** Whether `left` is exact, or only an upper limit. */
  leftExact: boolean
  /** After an empty answer: prefer fewer Ranges (true) or fewer keys walked (false). */
  preferFewRanges?: boolean
}

// An unknown directory is assumed to be large: a Range that is too short costs a round trip, one that is too long a walk over many keys.
const unknownWeight = 20_000
// The characters of Kubernetes names, until enough names were seen. Others are covered in passing.
const likelyBytes = [...'-0123456789abcdefghijklmnopqrstuvwxyz'].map((character) => character.charCodeAt(0))
// Deeper positions are treated like this one: names with this many common bytes tell nothing new.
const maxOffset = 40
const maxSegments = 8
const maxDepth = 500
/** This many names show which bytes names consist of. */
const ENOUGH_NAMES = 40
/** An average of `reliable` closed nodes can be trusted; `memory` nodes are remembered. */
const reliable = 3
// Beyond this multiple of the expected weight, the averages come from a different place.
const FAR_FROM_AVERAGE = 5
// If nothing continues like the last name, it is less likely by this factor that anything else does.
const EMPTY = 10
const memory = 8

type Rung = (weight: number, reliable: boolean, end: End, node: Uint8Array, depth: number) => boolean

/**
 * The keys are modelled as a trie of bytes. A node is classified by its place: the number of `/` before it and of bytes after the last one, so that
 * one directory's statistics help in the next. For each place the model knows how many siblings a byte has and how many keys a node contains.
 */
export class EndLadder {
  readonly #baseLength: number
  readonly #closed: number[] = []
  readonly #closedWeight: number[] = []
  readonly #branches: number[] = []
  readonly #seen = new Uint8Array(256)
  #count = 0
  // The first bytes of names, and the bytes in which later parts of names differ.
  #first: Alphabet = likelyAlphabet
  #later: Alphabet = likelyAlphabet
  #alphabetsStale = false
  // Nodes of the last path below this depth are already closed.
  #completeFrom = Number.POSITIVE_INFINITY
  #last: Uint8Array | null = null
  #total = 0
  // For the last path, by depth: the total when the node began, and the siblings so far.
  readonly #since = new Float64Array(maxDepth + 1)
  readonly #openBranches = new Float64Array(maxDepth + 1)
  // By depth, the number of consecutive empty probes that ended there: the next one there, or deeper, extends further.
  #reach = new Map<number, number>()

  constructor(baseLength: number) {
    this.#baseLength = baseLength
    this.#alphabetsStale = baseLength === 0
  }

  /** A copy with what this one knows about the keys, for a walk elsewhere. */
  fork(): EndLadder {
    const fork = new EndLadder(this.#baseLength)
    fork.#closed.push(...this.#closed)
    fork.#closedWeight.push(...this.#closedWeight)
    fork.#branches.push(...this.#branches)
    fork.#seen.set(this.#seen)
    fork.#count = this.#count
    fork.#total = this.#total
    fork.#alphabetsStale = this.#count > 0
    return fork
  }

  /** Adds the next key in byte order, with the number of keys it counts for. */
  add(bytes: Uint8Array, weight: number): void {
    let shared = this.#baseLength
    if (this.#last !== null) {
      shared = commonPrefixLength(this.#last, bytes)
      this.#see(this.#last[shared])
      this.#see(bytes[shared])
      this.#closeBehind(this.#last, shared)
    }
    for (let depth = shared + 1; depth <= this.#deepest(bytes); depth++) this.#since[depth] = this.#total
    this.#total += weight
    this.#last = bytes
    this.#completeFrom = Number.POSITIVE_INFINITY
    this.#count++
    if (this.#count === ENOUGH_NAMES) this.#alphabetsStale = true
    if (this.#reach.size > 0) this.#reach.clear()
  }

  /** Nothing is between the last one added and this end: everything before it is complete. */
  passed(end: End): void {
    if (this.#last === null || end === null) return
    const shared = Math.max(commonPrefixLength(this.#last, end), this.#baseLength)
    this.#close(this.#last, shared)
    this.#completeFrom = Math.min(this.#completeFrom, shared)
  }

  /** Corrects the weight of the last one added. */
  correct(bytes: Uint8Array, difference: number): void {
    const shared = Math.min(this.#last === null ? 0 : commonPrefixLength(this.#last, bytes), this.#completeFrom)
    for (let depth = this.#baseLength; depth <= this.#deepest(bytes); depth++) {
      if (depth <= shared) continue
      const place = this.#place(bytes, depth)
      this.#closedWeight[place] = Math.max(0, (this.#closedWeight[place] ?? 0) + difference)
    }
    // Open nodes count from where they began: adding to one means adding to the total, for all that are closed.
    this.#total = Math.max(0, this.#total + difference)
    for (let depth = shared + 1; depth <= maxDepth; depth++) this.#since[depth] = (this.#since[depth] as number) + difference
  }

  /** Records that a probe ending there found nothing. */
  reachFurther(end: End): void {
    const depth = end === null ? 0 : end.length - 1
    const between = this.#place(end ?? new Uint8Array(0), depth) % maxOffset === 0
    this.#reach.set(depth, Math.min(1 << 20, (this.#reach.get(depth) ?? 1) * (between ? 1.4 : EMPTY)))
  }

  /** The end of the next Range: the last rung up to which the expected weight stays within the target. */
  choose(request: LadderRequest): End {
    const { position, fence, target, left } = request
    let solid = 0
    let loose = 0
    const reached = (depth: number) => {
      let factor = 1
      for (const [probed, reach] of this.#reach) if (probed <= depth) factor = Math.max(factor, reach)
      return factor
    }
    this.#rungs(position, fence, (weight, trusted, _end, _node, depth) => {
      const share = request.preferFewRanges ? weight : weight / reached(depth)
      if (trusted) solid += share
      else loose += share
      return solid + loose < 1e12
    })
    // What remains by reliable averages must be where nothing is known yet; if that is most of it, the averages are not reliable.
    let scaleSolid = 1
    let scaleLoose = 1
    if (Number.isFinite(left) && solid + loose > 0) {
      const known = request.leftExact ? left : left / 2
      const few = known < FAR_FROM_AVERAGE * (solid + loose)
      if (few && known > solid + loose && loose > (solid + loose) / 10) scaleLoose = (known - solid) / loose
      else if (known > solid + loose || request.leftExact) scaleSolid = scaleLoose = Math.max(0.02, known / (solid + loose))
    }

    let sum = 0
    let end: End | undefined
    let stopped = false
    this.#rungs(position, fence, (weight, trusted, rungEnd, node, depth) => {
      const scaled = (weight * (trusted ? scaleSolid : scaleLoose)) / reached(depth)
      if (sum + scaled > target) {
        stopped = true
        if (end === undefined) end = this.#inside(node, rungEnd, target)
        return false
      }
      sum += scaled
      end = rungEnd
      return true
    })
    if (!stopped || end === undefined) return fence
    return compareEnds(end, fence) < 0 ? end : fence
  }

  /** The nodes after the position, nearest first: siblings at its deepest byte, then at the byte before it, up to the prefix. */
  #rungs(position: Uint8Array, fence: End, rung: Rung): void {
    const base = this.#baseLength
    const shared =
      fence === null ? base : Math.max(Math.min(commonPrefixLength(position, fence), position.length), Math.min(base, position.length))
    // A position at the start of a directory has all of its names ahead.
    const within = position.length <= base || position[position.length - 1] === SLASH
    for (let depth = within ? position.length : position.length - 1; depth >= shared; depth--) {
      // At the last byte the position's own node is still ahead; at earlier bytes, only the siblings after it.
      const own = !within && depth === position.length - 1
      const from = depth === position.length ? 0 : (position[depth] as number) + (own ? 0 : 1)
      const node = position.subarray(0, depth)
      const carry = prefixEndOrNull(node)
      const place = this.#place(position, depth)
      const alphabet = this.#alphabetAt(place)
      const bytes = alphabet.bytes.filter((byte) => byte >= from)
      const trusted = (this.#closed[place] ?? 0) >= reliable || this.#branchesOnPath(position, depth) >= reliable
      if (bytes.length === 0) {
        if (!rung(0, true, carry, node, depth)) return
        continue
      }
      const ahead = bytes.reduce((sum, byte) => sum + (alphabet.weights[byte] as number), 0)
      const weight = (this.#siblingsAhead(position, depth, place, ahead / alphabet.total) * this.#nodeWeight(place + 1)) / ahead
      for (let i = 0; i < bytes.length; i++) {
        const child = withByte(node, bytes[i] as number)
        if (fence !== null && compareBytes(child, fence) >= 0) return
        const next = bytes[i + 1]
        if (
          !rung(
            weight * (alphabet.weights[bytes[i] as number] as number),
            trusted,
            next === undefined ? carry : withByte(node, next),
            child,
            depth,
          )
        )
          return
      }
    }
  }

  /** The expected number of nodes after the position, given the share of usual bytes still to come. */
  #siblingsAhead(position: Uint8Array, depth: number, place: number, share: number): number {
    const branches = this.#branchesOnPath(position, depth)
    const closed = this.#closed[place] ?? 0
    const usual = depth === this.#baseLength ? 6 : 0.03
    const own = ((branches + 0.3 * usual) / (1 - share + 0.3)) * share
    if (closed < reliable) return ((branches + (this.#branches[place] ?? 0) + 0.3 * usual) / (1 - share + 0.3 + closed)) * share
    const others = (((this.#branches[place] ?? 0) + 0.1) / (closed + 1)) * share
    return branches >= reliable ? Math.max(own, others) : others
  }

  #branchesOnPath(position: Uint8Array, depth: number): number {
    const onPath = this.#last !== null && commonPrefixLength(this.#last, position) >= depth
    return onPath ? (this.#openBranches[depth] ?? 0) : 0
  }

  /** The expected number of keys in a node at this place. */
  #nodeWeight(place: number): number {
    const closed = this.#closed[place] ?? 0
    if (closed > 0) return Math.max(1, (this.#closedWeight[place] ?? 0) / closed)
    const offset = place % maxOffset
    // None is complete: at least the expected keys of the nodes below it, for each of them.
    for (let deeper = offset + 1, factor = 1; deeper < maxOffset; deeper++) {
      const at = place - offset + deeper
      factor *= 1 + (this.#branches[at - 1] ?? 0)
      const count = this.#closed[at] ?? 0
      if (count > 0) return Math.max(1, ((this.#closedWeight[at] ?? 0) / count) * Math.min(factor, 40))
    }
    return this.#count === 0 ? unknownWeight : Math.max(1, this.#meanOpen())
  }

  #meanOpen(): number {
    return this.#total / this.#count
  }

  /** An end inside a node that is too heavy as a whole: as many of its children as the target allows, if they are known to be lighter. */
  #inside(node: Uint8Array, nodeEnd: End, target: number): End {
    let path = node
    for (let steps = 0; steps < 8; steps++) {
      const place = this.#place(path, path.length)
      const closed = this.#closed[place] ?? 0
      const fanOut = 1 + (this.#branches[place] ?? 0) / (closed + 1)
      const alphabet = this.#alphabetAt(place).bytes
      const first = alphabet[0]
      if ((this.#closed[place + 1] ?? 0) === 0 || fanOut < 1.3 || first === undefined) break
      const weight = this.#nodeWeight(place + 1)
      const bytes = Math.floor((target * alphabet.length) / (fanOut * weight))
      if (bytes >= 1 || weight <= 4 * target) {
        const next = alphabet[Math.max(bytes, 1)]
        return next === undefined ? prefixEndOrNull(path) : withByte(path, next)
      }
      path = withByte(path, first)
    }
    return path === node ? nodeEnd : prefixEndOrNull(path)
  }

  #see(byte: number | undefined): void {
    if (byte === undefined || this.#seen[byte] === 1) return
    this.#seen[byte] = 1
    this.#alphabetsStale = true
  }

  /** Keys that differ only after this many bytes teach nothing. */
  #deepest(bytes: Uint8Array): number {
    return Math.min(bytes.length, maxDepth)
  }

  #closeBehind(bytes: Uint8Array, shared: number): void {
    const depthOfBranch = Math.max(shared, this.#baseLength)
    if (depthOfBranch <= maxDepth) this.#openBranches[depthOfBranch] = (this.#openBranches[depthOfBranch] as number) + 1
    this.#close(bytes, depthOfBranch)
  }

  /** The nodes of this path below `from` are complete. */
  #close(bytes: Uint8Array, from: number): void {
    const to = Math.min(this.#deepest(bytes), this.#completeFrom)
    // Called for every key of a large reading: its places are counted incrementally.
    let { segment, offset } = this.#placeParts(bytes, from)
    for (let depth = from + 1; depth <= to; depth++) {
      if (bytes[depth - 1] === SLASH && segment < maxSegments) {
        segment++
        offset = 0
      } else offset++
      const place = segment * maxOffset + Math.min(offset, maxOffset - 2)
      this.#closed[place] = (this.#closed[place] ?? 0) + 1
      this.#closedWeight[place] = (this.#closedWeight[place] ?? 0) + Math.max(0, this.#total - (this.#since[depth] as number))
      this.#branches[place] = (this.#branches[place] ?? 0) + (this.#openBranches[depth] as number)
      this.#since[depth] = this.#total
      this.#openBranches[depth] = 0
      if ((this.#closed[place] ?? 0) >= memory * 2) {
        this.#closed[place] = memory
        this.#closedWeight[place] = (this.#closedWeight[place] ?? 0) / 2
        this.#branches[place] = (this.#branches[place] ?? 0) / 2
      }
    }
  }

  /** The place of the node that is the first `depth` bytes. */
  #place(bytes: Uint8Array, to: number): number {
    const { segment, offset } = this.#placeParts(bytes, to)
    return segment * maxOffset + Math.min(offset, maxOffset - 2)
  }

  #placeParts(bytes: Uint8Array, to: number): { segment: number; offset: number } {
    const depth = Math.min(to, maxDepth)
    let segment = 0
    let offset = 0
    for (let i = this.#baseLength; i < depth; i++) {
      if (bytes[i] === SLASH && segment < maxSegments) {
        segment++
        offset = 0
      } else offset++
    }
    return { segment, offset }
  }

  #alphabetAt(place: number): Alphabet {
    if (this.#alphabetsStale) this.#rebuildAlphabets()
    return place % maxOffset === 0 ? this.#first : this.#later
  }

  #rebuildAlphabets(): void {
    this.#alphabetsStale = false
    const likely = firstWeights()
    // Only at the root of the keyspace do names begin with it.
    if (this.#baseLength === 0) likely[SLASH] = 1
    const later = this.#count < ENOUGH_NAMES ? firstWeights() : new Float64Array(256)
    for (let byte = 0; byte < 256; byte++) if (this.#seen[byte] === 1) likely[byte] = later[byte] = 1
    this.#first = alphabetOf(likely)
    this.#later = alphabetOf(later)
  }
}

/** The usual bytes of a place with their weights. Others are covered in passing: an end is never directly after one of them. */
interface Alphabet {
  bytes: readonly number[]
  weights: Float64Array
  total: number
}

function alphabetOf(weights: Float64Array): Alphabet {
  const bytes: number[] = []
  let total = 0
  for (let byte = 0; byte < 256; byte++) {
    const weight = weights[byte] as number
    if (weight === 0) continue
    bytes.push(byte)
    total += weight
  }
  return { bytes, weights, total }
}

function firstWeights(): Float64Array {
  const weights = new Float64Array(256)
  for (const byte of likelyBytes) weights[byte] = byte < 0x61 ? 0.004 : 1
  return weights
}

const likelyAlphabet = alphabetOf(firstWeights())

function withByte(node: Uint8Array, byte: number): Uint8Array {
  const child = new Uint8Array(node.length + 1)
  child.set(node)
  child[node.length] = byte
  return child
}
