// Turns a page of stored values into rows of kubectl's table, in a worker thread.
import type { TableRow, TableRows } from '@registree/contract'
import { toWireKey } from '@registree/contract/permalink'
import { displayKey, toUtf8OrNull } from '@registree/keyspace'
import {
  type Cell,
  type CellInstants,
  type Column,
  cellInstants,
  type FieldSelection,
  isSecretPlace,
  type KubeObject,
  objectAt,
  outlineTable,
  type ProblemMessage,
  type Resource,
  type ResourceTable,
  resourceOfKind,
  rowState,
  selectFields,
  tableFor,
} from '@registree/kube'
import { writeSentences } from '@registree/messages'
import { problems } from '@registree/messages/en/problems'
import type { KeyValue } from '../sources/source.ts'
import { ELEMENTS_OF_ONE } from '../values/large-values.ts'
import { openForCells, openStored } from '../values/open-stored.ts'
import { decryptorFor, type Opener, type Policy } from '../values/policy.ts'
import type { JobContext } from './job-context.ts'
import { type PackedPage, unpackPage } from './page-transfer.ts'

/** One table being read: the same for all of its pages. */
export interface TableOfRows {
  /** Unique in the process. */
  id: number
  cluster: string
  /** The resource's directory, with a trailing slash. */
  directory: string
  resource: Resource | undefined
  /** The CustomResourceDefinition for its columns, if there is one. */
  definition: KubeObject | undefined
  /** Ages are relative to it. */
  now: Date | null
  /** What the request may see. */
  policy: Policy
  /** The minor release of Kubernetes whose columns are printed. */
  minor: number
}

/** The kind that determines the columns. */
export interface MainKind {
  apiVersion: string
  kind: string
}

export interface TableRowsInput {
  table: TableOfRows
  /** Null for the first page: its first object decides. */
  main: MainKind | null
  page: PackedPage
}

export interface TableRowsOutput {
  /** A line of the answer as UTF-8, with its line end. */
  line: Uint8Array<ArrayBuffer>
  main: MainKind
  /** The table's columns, with the first page. */
  columns?: Column[]
}

/** Pages of one table come in sequence, so compiled columns are kept for it; a few tables are read at once. */
const makers = new Map<number, RowMaker>()
const MAKERS_KEPT = 8
const encoder = new TextEncoder()

export function tableRows(
  { table, main, page }: TableRowsInput,
  context: JobContext,
): { output: TableRowsOutput; transfer: ArrayBuffer[] } {
  const maker = makers.get(table.id) ?? new RowMaker(table, context)
  makers.delete(table.id)
  makers.set(table.id, maker)
  for (const id of makers.keys()) if (makers.size > MAKERS_KEPT) makers.delete(id)
  if (main !== null) maker.begin(main)
  const labels = new LabelSets()
  const rows: TableRow[] = []
  for (const kv of unpackPage(page)) rows.push(maker.make(kv, labels))
  const line = encoder.encode(`${JSON.stringify({ type: 'rows', labels: labels.sets, rows } satisfies TableRows)}\n`)
  const { apiVersion, kind, table: made } = maker.main
  return { output: { line, main: { apiVersion, kind }, ...(main === null ? { columns: made.columns } : {}) }, transfer: [line.buffer] }
}

/** The distinct label sets of a page: the pods of a ReplicaSet share theirs. */
class LabelSets {
  readonly sets: Record<string, string>[] = []
  readonly #places = new Map<string, number>()

  /** Undefined for an object without labels. `shown` masks secrets in the text. */
  place(object: KubeObject, shown: (text: string) => string): number | undefined {
    const labels = objectAt(object, 'metadata', 'labels')
    if (labels === undefined) return undefined
    const text = JSON.stringify(labels)
    const known = this.#places.get(text)
    if (known !== undefined || text === '{}') return known
    const set = Object.fromEntries(
      Object.entries(labels)
        .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
        .map(([name, value]) => [name, shown(value)]),
    )
    this.#places.set(text, this.sets.length)
    return this.sets.push(set) - 1
  }
}

/** The columns of one apiVersion and kind, compiled to make rows. */
interface KindTable {
  apiVersion: string
  kind: string
  table: ResourceTable
  selection: FieldSelection | undefined
  instants: CellInstants
  /** Index of the Status column; -1 if there is none. */
  status: number
  /** Where the head's columns are in this table; undefined for the main table itself. */
  places: number[] | undefined
}

/** Which object a row is of. */
type RowPlace = Pick<TableRow, 'key' | 'key64' | 'namespace' | 'name'>

/** Makes rows with the head's columns, also from objects of other versions or kinds in the same directory. */
class RowMaker {
  readonly #of: TableOfRows
  readonly #opener: Opener
  /** True: every object is masked before its cells are made. False: the cells of all but Secrets are masked. */
  readonly #maskObjects: boolean
  readonly #tables = new Map<string, KindTable>()
  #main: KindTable | undefined

  constructor(of: TableOfRows, context: JobContext) {
    this.#of = of
    this.#opener = { decryptor: decryptorFor(of.policy, context.decryptorOf(of.cluster)), masking: of.policy }
    // Columns of custom resources read any field that their definition names.
    this.#maskObjects = of.definition !== undefined || isSecretPlace(`${of.directory}namespace/name`)
  }

  /** Another thread has made the first page. */
  begin({ apiVersion, kind }: MainKind): void {
    this.#main ??= this.#tableOf(apiVersion, kind)
  }

  /** The table that provides the head's columns: of the first object, or of the resource's known kind. */
  get main(): KindTable {
    this.#main ??= this.#tableOf(this.#of.resource?.versions[0] ?? '', this.#of.resource?.kind ?? '')
    return this.#main
  }

  make(kv: Pick<KeyValue, 'key' | 'value'>, labels: LabelSets): TableRow {
    const place = placeOfRow(this.#of, kv.key)
    let of = this.#main ?? this.#first(kv)
    let opened = this.#open(kv, of.selection)
    const { object } = opened
    if (object === undefined) {
      if (opened.outline !== undefined) return this.#outlineOf(kv, place, labels)
      return { ...place, cells: this.#nameOnly(place.name), ...unread(opened.problem ?? [{ code: 'value-unread', params: {} }]) }
    }
    const apiVersion = text(object.apiVersion)
    const kind = text(object.kind)
    if ((apiVersion !== of.apiVersion || kind !== of.kind) && (apiVersion !== '' || kind !== '')) {
      of = this.#tableOf(apiVersion, kind)
      opened = this.#open(kv, of.selection)
    }
    const { object: shown = object, shownText, undecoded } = opened
    const cells = of.table.cells(shown, { now: this.#of.now, undecoded }).map((cell) => (typeof cell === 'string' ? shownText(cell) : cell))
    const row: TableRow = { ...place, cells: of.places === undefined ? cells : of.places.map((at) => cells[at] ?? null) }
    const labelSet = labels.place(shown, shownText)
    if (labelSet !== undefined) row.labels = labelSet
    const instants = of.places === undefined ? of.instants(shown) : {}
    for (const _ in instants) {
      row.instants = instants
      break
    }
    // The state of a partly decoded object is unknown.
    if (opened.problem !== undefined) return { ...row, ...unread(opened.problem) }
    const { tone, phase, trouble } = rowState(
      shown,
      of.kind,
      of.status < 0 ? undefined : text(cells[of.status]),
      this.#of.now?.getTime() ?? null,
    )
    if (tone !== undefined) row.tone = tone
    if (phase !== undefined) row.phase = shownText(phase)
    if (trouble !== undefined && trouble.length > 0) row.trouble = trouble
    return row
  }

  /** An object of an unknown kind shows name and age only; its other cells stay empty, as they would be wrong. */
  #outlineOf(kv: Pick<KeyValue, 'key' | 'value'>, place: RowPlace, labels: LabelSets): TableRow {
    const { outline = {} } = openStored(this.#opener, kv, OUTLINE, LIMITS)
    const cells = outlineTable.cells(outline, { now: this.#of.now })
    const names = outlineTable.columns.map(({ name }) => name)
    const row: TableRow = {
      ...place,
      cells: this.main.table.columns.map(({ name }) => cells[names.indexOf(name)] ?? null),
      unknownKind: true,
    }
    const labelSet = labels.place(outline, AS_IT_IS)
    if (labelSet !== undefined) row.labels = labelSet
    return row
  }

  /** The head's columns come from the first object that names its kind. */
  #first(kv: Pick<KeyValue, 'key' | 'value'>): KindTable {
    const opened = openStored(this.#opener, kv, NAME_ONLY, LIMITS)
    const object = opened.object ?? opened.outline
    const { resource } = this.#of
    const apiVersion = text(object?.apiVersion)
    const kind = text(object?.kind)
    // A misplaced object does not determine the columns of all others.
    const fits = object !== undefined && (resource === undefined || kind === resource.kind)
    this.#main = fits ? this.#tableOf(apiVersion, kind) : this.main
    return this.#main
  }

  #tableOf(apiVersion: string, kind: string): KindTable {
    const id = `${apiVersion} ${kind}`
    const known = this.#tables.get(id)
    if (known !== undefined) return known
    const builtIn = resourceOfKind(apiVersion, kind)
    const definition = builtIn && !builtIn.custom ? undefined : this.#of.definition
    const table = tableFor(apiVersion, kind, definition, this.#of.minor)
    const version = apiVersion.slice(apiVersion.indexOf('/') + 1)
    const names = table.columns.map((column) => column.name)
    const head = this.#main?.table.columns.map((column) => column.name)
    const made: KindTable = {
      apiVersion,
      kind,
      table,
      status: names.indexOf('Status'),
      // Fields beyond the selected ones show whether an object is a Secret.
      selection: table.paths === undefined || this.#maskObjects ? undefined : selectFields([...table.paths, '.metadata.labels']),
      instants: cellInstants(table, definition, version),
      places: head === undefined || head.join('\n') === names.join('\n') ? undefined : head.map((name) => names.indexOf(name)),
    }
    // Names come from the values: hostile ones must not fill the memory.
    if (this.#tables.size < 100) this.#tables.set(id, made)
    return made
  }

  #open(kv: Pick<KeyValue, 'key' | 'value'>, selection: FieldSelection | undefined) {
    return openForCells(this.#opener, kv, selection, { ...LIMITS, maskAll: this.#maskObjects })
  }

  #nameOnly(name: string): Cell[] {
    return this.main.table.columns.map((column, index) =>
      column.format === 'name' || (index === 0 && column.name === 'Name') ? name : null,
    )
  }
}

/** The place of a row: the key itself is part of it only if namespace and name do not determine it. */
export function placeOfRow({ directory, resource }: Pick<TableOfRows, 'directory' | 'resource'>, key: Uint8Array): RowPlace {
  const whole = toUtf8OrNull(key)
  const below = whole?.startsWith(directory) ? whole.slice(directory.length) : null
  if (below === null) return { ...toWireKey(key), namespace: null, name: displayKey(key) }
  const first = below.indexOf('/')
  if (first < 0) return { namespace: null, name: below }
  const last = below.lastIndexOf('/')
  if (first === last && resource?.namespaced !== false) return { namespace: below.slice(0, first), name: below.slice(first + 1) }
  const segments = below.split('/')
  // ThirdPartyResourceData/<group>/<plural>/<namespace>/<name>
  if (segments.length === 4 && resource?.kind === 'ThirdPartyResourceData')
    return { ...toWireKey(key), namespace: segments[2] ?? null, name: segments[3] ?? '' }
  return { namespace: null, name: below }
}

function unread(says: ProblemMessage[]): Pick<TableRow, 'problem' | 'sentences'> {
  return { problem: writeSentences('en', problems, says), sentences: says }
}

/** Limits for each value of a page: one beyond them becomes a row with a problem. */
const LIMITS = { maxElements: ELEMENTS_OF_ONE }
const AS_IT_IS = (text: string): string => text
const NAME_ONLY = selectFields(['.metadata.name'])
const OUTLINE = selectFields([...(outlineTable.paths ?? []), '.metadata.labels'])

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
