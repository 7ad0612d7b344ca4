// One branch or leaf page of a bbolt tree, completely validated before anything is read from it.
import { type FileMessage, plain } from './file-messages.ts'

export const PAGE_HEADER = 16
const ELEMENT = 16
const BRANCH = 0x01
const LEAF = 0x02
const KNOWN_FLAGS = new Map([
  [BRANCH, 'branch'],
  [LEAF, 'leaf'],
  [0x04, 'meta'],
  [0x10, 'freelist'],
])

/** A checked page: `bytes` is its whole span (including overflow pages) and `offset` its position in the file. */
export type TreePage = {
  /** The page's number; null for the page of an inline bucket. */
  id: number | null
  offset: number
  bytes: Uint8Array
  view: DataView
  leaf: boolean
  count: number
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

/** The number of overflow pages, by its header. */
export function overflowOf(header: DataView): number {
  return header.getUint32(12, true)
}

/** What is wrong with a page's header, or null. `id` null: the page of an inline bucket, whose id is meaningless. */
export function headerProblem(header: DataView, id: number | null, pgid: number): FileMessage | null {
  const said = header.getUint32(4, true) * 4294967296 + header.getUint32(0, true)
  if (id !== null && said !== id) return { code: 'page-says', params: { page: String(said) } }
  const flags = header.getUint16(8, true)
  if (flags !== BRANCH && flags !== LEAF) {
    const kind = KNOWN_FLAGS.get(flags)
    return kind === undefined
      ? { code: 'page-kind-unknown', params: { flags: `0x${flags.toString(16)}` } }
      : { code: 'page-kind', params: { kind } }
  }
  if (id !== null && id + overflowOf(header) >= pgid) return { code: 'page-over-database', params: { pages: overflowOf(header) } }
  return null
}

/**
 * Checks the elements of a page with a valid header and returns it, or says what is wrong. `low` and `high` (null: unbounded) are the separators in
 * its parent: `low` ≤ every key < `high`.
 */
export function checkedPage(
  id: number | null,
  offset: number,
  bytes: Uint8Array,
  low: Uint8Array | null,
  high: Uint8Array | null,
  view: DataView = viewOf(bytes),
): TreePage | FileMessage {
  const leaf = view.getUint16(8, true) === LEAF
  const count = view.getUint16(10, true)
  const end = bytes.length
  const table = PAGE_HEADER + ELEMENT * count
  if (table > end) return { code: 'page-elements', params: { elements: count } }
  if (!leaf && count === 0) return plain('page-branch-empty')
  let before = 0
  let beforeLength = 0
  for (let i = 0; i < count; i++) {
    const element = PAGE_HEADER + ELEMENT * i
    const key = element + view.getUint32(leaf ? element + 4 : element, true)
    const keyLength = view.getUint32(leaf ? element + 8 : element + 4, true)
    const valueLength = leaf ? view.getUint32(element + 12, true) : 0
    if (keyLength === 0) return { code: 'page-key-empty', params: { element: i } }
    if (key < table || key + keyLength + valueLength > end) return { code: 'page-element-outside', params: { element: i } }
    if (i > 0 && !ascending(view, before, beforeLength, key, keyLength)) return { code: 'page-key-order', params: { element: i } }
    before = key
    beforeLength = keyLength
  }
  const page: TreePage = { id, offset, bytes, view, leaf, count }
  return boundsProblem(page, low, high) ?? page
}

/** What is wrong with a checked page's position below its parent, or null. */
export function boundsProblem(page: TreePage, low: Uint8Array | null, high: Uint8Array | null): FileMessage | null {
  if (page.count === 0) return null
  if (low && compareKey(page, 0, low) < 0) return plain('page-begins-early')
  if (high && compareKey(page, page.count - 1, high) >= 0) return plain('page-ends-late')
  return null
}

/** Whether the key at `a` sorts before the one at `b`; four bytes per step, since every key of the file is compared. */
function ascending(view: DataView, a: number, aLength: number, b: number, bLength: number): boolean {
  const shared = Math.min(aLength, bLength)
  let i = 0
  for (; i + 4 <= shared; i += 4) {
    const before = view.getUint32(a + i)
    const after = view.getUint32(b + i)
    if (before !== after) return before < after
  }
  for (; i < shared; i++) {
    const difference = view.getUint8(a + i) - view.getUint8(b + i)
    if (difference !== 0) return difference < 0
  }
  return aLength < bLength
}

/** Where element i's key begins in the page's bytes, and its length. */
export function keyStart(page: TreePage, i: number): number {
  const element = PAGE_HEADER + ELEMENT * i
  return element + page.view.getUint32(page.leaf ? element + 4 : element, true)
}
export function keyLength(page: TreePage, i: number): number {
  return page.view.getUint32(PAGE_HEADER + ELEMENT * i + (page.leaf ? 8 : 4), true)
}
/** Length of leaf element i's value, which follows its key. */
export function valueLength(page: TreePage, i: number): number {
  return page.view.getUint32(PAGE_HEADER + ELEMENT * i + 12, true)
}
/** Whether leaf element i is a bucket. */
export function isBucket(page: TreePage, i: number): boolean {
  return (page.view.getUint32(PAGE_HEADER + ELEMENT * i, true) & 1) !== 0
}
/** Branch element i's child page. */
export function childId(page: TreePage, i: number): number {
  const at = PAGE_HEADER + ELEMENT * i + 8
  return page.view.getUint32(at + 4, true) * 4294967296 + page.view.getUint32(at, true)
}
/** A view of element i's key. */
export function keyAt(page: TreePage, i: number): Uint8Array {
  const start = keyStart(page, i)
  return page.bytes.subarray(start, start + keyLength(page, i))
}

function compareKey(page: TreePage, i: number, key: Uint8Array): number {
  const start = keyStart(page, i)
  const length = keyLength(page, i)
  const shared = Math.min(length, key.length)
  for (let j = 0; j < shared; j++) {
    const difference = (page.bytes[start + j] as number) - (key[j] as number)
    if (difference !== 0) return difference
  }
  return length - key.length
}

/** The first element whose key is at or after `key`; `count` if there is none. */
export function firstAtOrAfter(page: TreePage, key: Uint8Array): number {
  let low = 0
  let high = page.count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareKey(page, middle, key) < 0) low = middle + 1
    else high = middle
  }
  return low
}
