// Searches a page of stored keys and values in a worker thread: raw bytes first, then what is left is decoded.
import { readSync } from 'node:fs'
import type { SearchLine, SearchResult } from '@registree/contract'
import { toWireKey } from '@registree/contract/permalink'
import { readPlaces, type ValuePlaces } from '@registree/etcd-file/stored-value'
import { displayKey, parseRegistryKey, toUtf8OrNull } from '@registree/keyspace'
import { type FieldSelection, isAddedText, isSecretPlace, resourceAt, roundedSize, selectFields } from '@registree/kube'
import {
  fieldSelection,
  type KeyFacts,
  type MatchedLine,
  PatternError,
  parseQuery,
  type RawRequirements,
  rawRequirements,
  readSearch,
  type SearchCondition,
  SearchMatcher,
} from '@registree/query'
import { AppError } from '../problem.ts'
import { parseAddressRange } from '../values/address-range.ts'
import { decryptorFor, type Opener, type Policy } from '../values/policy.ts'
import { findCandidates } from '../values/raw-search.ts'
import { decryptForSearch, fieldsForSearch, openSearched, type SearchedValue } from '../values/searched-value.ts'
import type { JobContext } from './job-context.ts'
import { type PackedPage, valuesTogether } from './page-transfer.ts'

/** One search: the same for all of its pages. */
export interface SearchOfPages {
  /** Unique in the process. */
  id: number
  cluster: string
  /** The query's text, which has no faults. */
  query: string
  /** The Kubernetes prefix, for the parts of keys. */
  prefix: string
  /** The names of kinds by directory, beyond those that are known anyway. */
  kinds: ReadonlyMap<string, readonly string[]>
  /** What ages are relative to, in ms since 1970. */
  now: number | null
  policy: Policy
  /** Addresses of the nodes whose flannel subnet contains an address of the query, with the index of its condition. */
  holders: readonly { condition: number; address: string }[]
}

export interface SearchPageInput {
  search: SearchOfPages
  keyspace: 'v3' | 'v2'
  page: SearchedPage
  /** Of each key: create revision, mod revision, version, lease. */
  numbers: BigInt64Array<ArrayBuffer>
}

/** Keys with their values, or with the places of their values in an open file, which the thread reads by itself. */
type SearchedPage = PackedPage | (ValuePlaces & { descriptor: number })

export interface SearchPageOutput {
  results: SearchResult[]
  /** Bytes of the values; sizes of Secrets are rounded up. */
  bytes: number
  secrets: number
  encrypted: number
  unread: number
}

/** Lines shown of one value. */
const MOST_LINES = 5
/** Lines counted of one value. */
const MOST_COUNTED = 100
/** Lines that say where a matching one is. */
const MOST_PARENTS = 4
const LONGEST_LINE = 240
/** Characters of a long line before its first match. */
const BEFORE_MARK = 30

/** Pages of one search come in sequence, so it is compiled once. */
const searches = new Map<number, PageSearch>()
const SEARCHES_KEPT = 8

export function searchPage(input: SearchPageInput, context: JobContext): { output: SearchPageOutput } {
  const { search } = input
  const known = searches.get(search.id) ?? new PageSearch(search, context)
  searches.delete(search.id)
  searches.set(search.id, known)
  for (const id of searches.keys()) if (searches.size > SEARCHES_KEPT) searches.delete(id)
  try {
    return { output: known.page(input) }
  } catch (error) {
    if (error instanceof PatternError) throw tooCostly()
    throw error
  }
}

export function tooCostly(): AppError {
  return new AppError('BAD_REQUEST', { code: 'pattern-costly', params: {} })
}

/** Where the values of a file are read to. Of this thread: pages are searched one after the other. */
let room = new Uint8Array(0)

/** The values, back to back. Throws FileChangedError, or why the file cannot be read. */
function valuesOf(page: SearchedPage): Uint8Array {
  if ('values' in page) return valuesTogether(page)
  let size = 0
  for (let i = 1; i < page.sizes.length; i += 2) size += page.sizes[i] as number
  if (room.length < size) room = new Uint8Array(Math.max(size, USUAL_ROOM))
  const values = room.subarray(0, size)
  // One value that is far larger than a page is not kept.
  if (room.length > MOST_ROOM) room = new Uint8Array(0)
  readPlaces(page, (offset, target) => readWhole(page.descriptor, offset, target), values)
  return values
}

const USUAL_ROOM = 2 * 1024 * 1024
const MOST_ROOM = 5 * 1024 * 1024

function readWhole(descriptor: number, offset: number, target: Uint8Array): void {
  for (let filled = 0; filled < target.length; ) {
    const read = readSync(descriptor, target, filled, target.length - filled, offset + filled)
    if (read === 0) throw new Error('the file is shorter than it was')
    filled += read
  }
}

type Numbers = Pick<KeyFacts, 'createRevision' | 'modRevision' | 'version' | 'lease'>

/** The numbers of one key of a page: most searches never look at them. */
class NumbersOfPage implements Numbers {
  readonly #numbers: BigInt64Array
  readonly #at: number

  constructor(numbers: BigInt64Array, index: number) {
    this.#numbers = numbers
    this.#at = 4 * index
  }

  get createRevision(): bigint {
    return this.#numbers[this.#at] as bigint
  }

  get modRevision(): bigint {
    return this.#numbers[this.#at + 1] as bigint
  }

  get version(): bigint {
    return this.#numbers[this.#at + 2] as bigint
  }

  get lease(): bigint {
    return this.#numbers[this.#at + 3] as bigint
  }
}

/** The facts of a key; its parts and numbers are read only when they are needed. */
export class PageKey implements KeyFacts {
  readonly key: string
  readonly #numbers: Numbers
  readonly #of: Pick<SearchOfPages, 'prefix' | 'kinds'>
  readonly #keyspace: 'v3' | 'v2'
  readonly #bytes: Uint8Array
  #parts: { path: string; namespace: string; name: string } | undefined

  constructor(of: Pick<SearchOfPages, 'prefix' | 'kinds'>, keyspace: 'v3' | 'v2', bytes: Uint8Array, numbers: Numbers) {
    this.#of = of
    this.#keyspace = keyspace
    this.#bytes = bytes
    this.key = textOf(bytes)
    this.#numbers = numbers
  }

  get createRevision(): bigint {
    return this.#numbers.createRevision
  }

  get modRevision(): bigint {
    return this.#numbers.modRevision
  }

  get version(): bigint {
    return this.#numbers.version
  }

  get lease(): bigint {
    return this.#numbers.lease
  }

  get path(): string {
    return this.#read().path
  }

  get namespace(): string {
    return this.#read().namespace
  }

  get name(): string {
    return this.#read().name
  }

  get kinds(): readonly string[] {
    return namesOfKind(this.path, this.#of.kinds)
  }

  #read() {
    this.#parts ??= this.#keyspace === 'v2' ? v2Parts(this.#bytes) : v3Parts(this.#bytes, this.#of.prefix)
    return this.#parts
  }
}

function textOf(key: Uint8Array): string {
  // Much faster than a strict decoder, which is needed for few keys.
  const text = Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString()
  return text.includes('\ufffd') ? (toUtf8OrNull(key) ?? displayKey(key)) : text
}

function v3Parts(key: Uint8Array, prefix: string) {
  const parsed = parseRegistryKey(key, { prefix })
  if (parsed === null || parsed.special === 'compact-revision') return { path: '', namespace: '', name: lastPart(key) }
  return { path: parsed.resource, namespace: parsed.namespace ?? '', name: parsed.name ?? '' }
}

const v2Parts = (key: Uint8Array) => ({ path: '', namespace: '', name: lastPart(key) })

function lastPart(key: Uint8Array): string {
  const text = textOf(key)
  return text.slice(text.lastIndexOf('/') + 1)
}

/** Every name of the kind that is kept in a directory. */
export function namesOfKind(path: string, others: SearchOfPages['kinds']): readonly string[] {
  if (path === '') return []
  const known = resourceAt(path)
  const plural = path.slice(path.lastIndexOf('/') + 1)
  return [plural, ...(others.get(path) ?? []), ...(known === undefined ? [] : [known.kind, known.resource, ...known.shortNames])]
}

const isNodePath = (path: string): boolean => path === 'minions' || path === 'nodes'

function wordCondition(text: string, { from, to }: SearchCondition): SearchCondition {
  return { type: 'text', test: { how: 'contains', text }, text, not: false, from, to }
}

class PageSearch {
  readonly #search: SearchOfPages
  readonly #matcher: SearchMatcher
  readonly #requirements: RawRequirements
  /** By condition: whether a key meets it alone. */
  readonly #alone: SearchMatcher[]
  readonly #fields: { matcher: SearchMatcher; selection: FieldSelection } | null
  readonly #opener: Opener
  /** Searches with the address of a node in place of one in its subnet: only for Nodes. */
  readonly #ofHolders: SearchMatcher[]

  constructor(search: SearchOfPages, context: JobContext) {
    this.#search = search
    const { conditions } = readSearch(parseQuery(search.query))
    const matching = { parseAddress: parseAddressRange, now: search.now }
    this.#matcher = new SearchMatcher(conditions, matching)
    this.#requirements = rawRequirements(conditions, isAddedText, parseAddressRange)
    this.#alone = conditions.map((condition) => new SearchMatcher([condition], matching))
    this.#opener = { decryptor: decryptorFor(search.policy, context.decryptorOf(search.cluster)), masking: search.policy }
    this.#ofHolders = search.holders.map(({ condition, address }) => {
      const replaced = conditions.map((one, i) => (i === condition ? wordCondition(address, one) : one))
      return new SearchMatcher(replaced, matching)
    })
    const ofValues = conditions.filter((_, i) => !this.#alone[i]?.keysOnly)
    const paths = ofValues.some(({ not }) => not) ? null : fieldSelection(ofValues)
    this.#fields = paths === null ? null : { matcher: new SearchMatcher(ofValues, matching), selection: selectFields(paths) }
  }

  page({ keyspace, page, numbers }: SearchPageInput): SearchPageOutput {
    const { reveal } = this.#search.policy
    const output: SearchPageOutput = { results: [], bytes: 0, secrets: 0, encrypted: 0, unread: 0 }
    const count = page.sizes.length / 2
    const values = valuesOf(page)
    const pageKeys = new Uint8Array(page.keys)
    const starts = new Uint32Array(count + 1)
    const keys: PageKey[] = []
    const bytes: Uint8Array[] = []
    const candidates = new Uint8Array(count)
    const secret = new Uint8Array(count)
    let keyAt = 0
    for (let i = 0; i < count; i++) {
      const key = pageKeys.subarray(keyAt, keyAt + (page.sizes[2 * i] as number))
      keyAt += key.length
      starts[i + 1] = (starts[i] as number) + (page.sizes[2 * i + 1] as number)
      const facts = new PageKey(this.#search, keyspace, key, new NumbersOfPage(numbers, i))
      keys.push(facts)
      bytes.push(key)
      secret[i] = !reveal && isSecretPlace(key) ? 1 : 0
      output.secrets += secret[i] as number
      const size = page.sizes[2 * i + 1] as number
      output.bytes += secret[i] === 1 ? roundedSize(size) : size
      candidates[i] = this.#matcher.onKey(facts) === false ? 0 : 1
    }
    // Whatever a Secret holds, it takes the same way: not even the time tells whether its bytes have the text.
    const open = candidates.slice()
    const metByKey = (i: number, condition: number) => this.#alone[condition]?.onKey(keys[i] as KeyFacts) === true
    findCandidates({ values, starts }, this.#requirements, parseAddressRange, metByKey, candidates)
    for (let i = 0; i < count; i++) {
      // The bytes of a Node do not have the address that its subnet contains.
      const node = this.#ofHolders.length > 0 && isNodePath(keys[i]?.path ?? '')
      if (candidates[i] === 0 && !((secret[i] === 1 || node) && open[i] === 1)) continue
      const value = values.subarray(starts[i], starts[i + 1])
      this.#take({ keyspace, key: bytes[i] as Uint8Array, facts: keys[i] as PageKey, value, secret: secret[i] === 1 }, output)
    }
    return output
  }

  #take(
    { keyspace, key, facts, value, secret }: { keyspace: 'v3' | 'v2'; key: Uint8Array; facts: PageKey; value: Uint8Array; secret: boolean },
    output: SearchPageOutput,
  ): void {
    const byKey = this.#matcher.onKey(facts)
    if (byKey === true && this.#matcher.keysOnly) {
      output.results.push(resultOf(keyspace, key, facts, null, []))
      return
    }
    if (!this.#matcher.maySize(value.length, roundedSize(value.length))) return
    const opened = decryptForSearch(this.#opener, key, value)
    if (opened.plain === null) output.encrypted += 1
    if (opened.plain !== null && this.#fields !== null && !secret) {
      const fields = fieldsForSearch(key, opened.plain, this.#fields.selection)
      if (fields !== undefined && !this.#fields.matcher.onValue(facts, fields)) return
    }
    const read = openSearched(this.#opener, { key, keyspace, modRevision: facts.modRevision }, opened, value.length)
    // Whether a value is decoded depends on its bytes: the number of those with masked content would tell whether a guess is in them.
    if (read.incomplete) output.unread += read.masked && !secret ? 0 : 1
    else {
      const matchers = isNodePath(facts.path) ? [this.#matcher, ...this.#ofHolders] : [this.#matcher]
      const matcher = matchers.find((one) => one.onValue(facts, read.facts))
      if (matcher !== undefined) output.results.push(this.#result(matcher, keyspace, key, facts, read))
    }
  }

  #result(matcher: SearchMatcher, keyspace: 'v3' | 'v2', key: Uint8Array, facts: PageKey, value: SearchedValue): SearchResult {
    const matched = new Map<number, MatchedLine>()
    for (const line of matcher.linesOf(value.facts, MOST_COUNTED)) matched.set(line.index, line)
    for (const path of matcher.fieldPaths(value.facts, MOST_LINES)) {
      const number = value.lineOf(path)
      const text = number === null ? undefined : value.facts.lines[number - 1]
      if (number === null || text === undefined || matched.has(number - 1)) continue
      const from = text.length - text.trimStart().replace(/^- /, '').length
      matched.set(number - 1, { index: number - 1, ranges: [[from, text.length]] })
    }
    return resultOf(
      keyspace,
      key,
      facts,
      value,
      [...matched.values()].sort((a, b) => a.index - b.index),
    )
  }
}

function resultOf(
  keyspace: 'v3' | 'v2',
  key: Uint8Array,
  facts: PageKey,
  value: SearchedValue | null,
  matched: readonly MatchedLine[],
): SearchResult {
  // What wrote a field matters less than the field.
  const own = value === null ? matched : matched.filter(({ index }) => !isManaged(value.facts.lines, index))
  const shown = (own.length > 0 ? own : matched).slice(0, MOST_LINES)
  return {
    keyspace,
    ...toWireKey(key),
    path: facts.path,
    kind: value?.kind || (resourceAt(facts.path)?.kind ?? ''),
    namespace: facts.namespace,
    name: facts.name,
    modRevision: String(facts.modRevision),
    view: value?.view ?? null,
    lines: value === null ? [] : withParents(value.facts.lines, shown, value.view === 'yaml'),
    more: matched.length - shown.length,
  }
}

/** Whether a line is in `metadata.managedFields`. */
function isManaged(lines: readonly string[], index: number): boolean {
  const section = (lines as string[]).lastIndexOf('  managedFields:', index)
  if (section < 0) return false
  for (let at = section + 1; at <= index; at++) if (!/^ {2}(?:-| )/.test(lines[at] as string)) return false
  return true
}

/** The lines, each after those that say where it is: the nearest lines above that are indented less. */
function withParents(lines: readonly string[], matched: readonly MatchedLine[], yaml: boolean): SearchLine[] {
  const shown = new Map<number, SearchLine>()
  for (const { index, ranges } of matched) {
    if (yaml)
      for (const parent of parentsOf(lines, index)) if (!shown.has(parent)) shown.set(parent, cutLine(lines[parent] as string, parent, []))
    shown.set(index, cutLine(lines[index] as string, index, ranges))
  }
  return [...shown.values()].sort((a, b) => a.number - b.number)
}

/** Lines above that are looked at: the item of a long list may begin far above. */
const FARTHEST = 5_000

function parentsOf(lines: readonly string[], index: number): number[] {
  const parents: number[] = []
  let depth = depthOf(lines[index] as string)
  for (let at = index - 1; at >= 0 && at >= index - FARTHEST && depth > 0 && parents.length < MOST_PARENTS; at--) {
    const line = lines[at] as string
    // Empty lines and those of texts are no parents.
    if (!/^ *(?:- )*[^\s].*:(?: [|>][-+0-9]*)?$/.test(line)) continue
    const own = depthOf(line)
    if (own >= depth) continue
    depth = own
    parents.push(at)
  }
  return parents
}

/** The column where a line's key begins, behind the dashes of lists. */
function depthOf(line: string): number {
  return (/^ *(?:- )*/.exec(line)?.[0] ?? '').length
}

function cutLine(text: string, index: number, ranges: readonly [number, number][]): SearchLine {
  const first = ranges[0]?.[0] ?? 0
  let from = text.length <= LONGEST_LINE || first < LONGEST_LINE - BEFORE_MARK ? 0 : first - BEFORE_MARK
  if (from > 0 && isLowSurrogate(text, from)) from -= 1
  let to = Math.min(text.length, from + LONGEST_LINE)
  if (to < text.length && isLowSurrogate(text, to)) to -= 1
  return {
    number: index + 1,
    text: text.slice(from, to),
    cutBefore: from,
    cutAfter: to < text.length,
    marks: ranges.flatMap(([begin, end]): [number, number][] => {
      const [a, b] = [Math.max(begin, from) - from, Math.min(end, to) - from]
      return b > a ? [[a, b]] : []
    }),
  }
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff
}
