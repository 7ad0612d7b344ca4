// A resource as kubectl's table, streamed: first rows at once, the rest page by page at the same revision.

import type { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { TableEnd, TableError, TableHead, type TableLine, TableQuery, type TableRow, TableRows } from '@registree/contract'
import { displayKey, type OrderedSource, toUtf8OrNull, utf8 } from '@registree/keyspace'
import {
  type Cell,
  type CellInstants,
  cellInstants,
  type FieldSelection,
  type KubeObject,
  maskDecoded,
  RESOURCES,
  type Resource,
  type ResourceTable,
  resourceAt,
  resourceOfDefinition,
  resourceOfKind,
  rowState,
  selectFields,
  tableFor,
} from '@registree/kube'
import { Type } from 'typebox'
import { type Cluster, findCluster } from '../cluster.ts'
import { digest, type ValuePolicy } from '../decode-value.ts'
import { AppError } from '../problem.ts'
import { CostMeter, metered } from '../sources/cost-meter.ts'
import type { KeyValue } from '../sources/source.ts'
import { type RouteDeps, readRevision, requestSignal, toWireKey } from './deps.ts'
import { problems } from './schemas.ts'
import { sendLines } from './send-lines.ts'
import { DEFINITIONS, kubernetesRoot, openObject } from './stored-objects.ts'
import { sizeOfValues, valuePages } from './value-pages.ts'

/** For the description of the API: each line is one of these. A stream meets no serializer. */
const Lines = Type.Unsafe<Readable>(Type.Union([TableHead, TableRows, TableEnd, TableError]))
const TableParams = Type.Object({ cluster: Type.String(), '*': Type.String() })

export const tablesRoutes =
  ({ clusters, policy }: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/tables/*',
      {
        // Compression would hold back the first rows; a HEAD would read the whole resource for nothing.
        compress: false,
        exposeHeadRoute: false,
        schema: {
          summary: "A resource with kubectl's columns and rows, as NDJSON: a head, pages of rows, an end",
          params: TableParams,
          querystring: TableQuery,
          produces: ['application/x-ndjson'],
          response: { 200: Lines, ...problems },
        },
      },
      async (request, reply) => {
        const cluster = findCluster(clusters, request.params.cluster)
        const signal = requestSignal(request, reply)
        const { namespace, rev } = request.query
        const meter = new CostMeter()
        const lines = tableLines({
          cluster,
          policy,
          source: metered(cluster.opened.v3, cluster.meter, meter),
          path: request.params['*'],
          namespace,
          revision: readRevision(rev),
          meter,
          signal,
        })
        return await sendLines(reply, lines, signal)
      },
    )
  }

interface TableRead {
  cluster: Cluster
  policy: ValuePolicy
  source: OrderedSource
  path: string
  namespace: string | undefined
  revision: bigint
  meter: CostMeter
  signal: AbortSignal
}

/** Rows that fill a screen come first. */
const FIRST_PAGE = 60

async function* tableLines(read: TableRead): AsyncGenerator<TableLine, void> {
  const { cluster, namespace } = read
  const began = performance.now()
  const { path, resource: known } = resolve(read.path)
  const { asOf } = cluster.opened
  const now = asOf ?? read.policy.now()
  const root = kubernetesRoot(cluster)

  let revision = read.revision
  const custom = known === undefined || known.custom ? await readDefinition(read, root, path) : undefined
  const definition = custom?.object
  if (custom !== undefined && revision === 0n) revision = custom.revision
  const resource = (definition && resourceOfDefinition(definition)) ?? known
  if (namespace !== undefined && resource?.namespaced === false) {
    throw new AppError('BAD_REQUEST', `${resource.resource} have no namespace: ask without one.`)
  }

  const prefix = utf8(`${root}${path}/${namespace === undefined ? '' : `${namespace}/`}`)
  const rows = new RowMaker(read, { definition, resource, directory: `${root}${path}/`, now })
  let head: TableHead | undefined
  let count = 0
  let bytes = 0
  for await (const page of valuePages({ ...read, prefix, revision, knowledge: cluster.knowledge, firstPage: FIRST_PAGE })) {
    revision = page.revision
    if (page.kvs.length === 0) continue
    const made = page.kvs.map((kv) => rows.make(kv))
    head ??= yield* line(headOf({ path, resource, rows, revision, asOf, now }))
    yield { type: 'rows', rows: made }
    count += made.length
    bytes += sizeOfValues(page.kvs)
    // Decoding a page takes milliseconds; let others have the process between two.
    await setImmediate()
  }
  if (head === undefined) {
    if (resource === undefined && namespace === undefined) {
      throw new AppError('RESOURCE_NOT_FOUND', `There is nothing below ${root}${path}/ at revision ${revision}.`, {
        hint: 'The catalogue lists every resource that this cluster keeps.',
      })
    }
    yield headOf({ path, resource, rows, revision, asOf, now })
  }
  yield { type: 'end', rows: count, bytes, milliseconds: Math.round(performance.now() - began), cost: read.meter.read() }
}

function* line(head: TableHead): Generator<TableLine, TableHead> {
  yield head
  return head
}

function headOf(of: {
  path: string
  resource: Resource | undefined
  rows: RowMaker
  revision: bigint
  asOf: Date | null
  now: Date
}): TableHead {
  const { resource, rows } = of
  return {
    type: 'head',
    path: of.path,
    resource: resource?.resource || of.path,
    kind: rows.main.kind,
    apiVersion: rows.main.apiVersion,
    namespaced: resource?.namespaced ?? null,
    note: resource?.note ?? null,
    columns: rows.main.table.columns,
    revision: String(of.revision),
    asOf: of.asOf?.toISOString() ?? null,
    now: of.now.toISOString(),
  }
}

/** The directory, also by the names that kubectl takes: `nodes`, `svc`, `prometheuses.monitoring.coreos.com`. */
function resolve(asked: string): { path: string; resource: Resource | undefined } {
  const path = asked.replace(/\/$/, '')
  if (path === '' || path.split('/').includes('')) {
    throw new AppError('BAD_REQUEST', 'A table is asked for by the directory of its resource, as pods or services/specs.')
  }
  const at = resourceAt(path)
  if (at !== undefined) return { path, resource: at }
  const byName = RESOURCES.find(
    ({ resource, group, shortNames, custom }) =>
      resource !== '' && (`${resource}.${group}` === path || (!custom && (resource === path || shortNames.includes(path)))),
  )
  return byName === undefined ? { path, resource: undefined } : { path: byName.path, resource: byName }
}

/** The definition of `group/plural` is the key `plural.group`: one read of one key. */
async function readDefinition(
  read: TableRead,
  root: string,
  path: string,
): Promise<{ object: KubeObject | undefined; revision: bigint } | undefined> {
  const [group, plural, ...more] = path.split('/')
  if (plural === undefined || more.length > 0 || !group?.includes('.')) return undefined
  const key = utf8(`${root}${DEFINITIONS}/${plural}.${group}`)
  const reply = await read.source.range({ key, end: null, revision: read.revision, limit: 1 }, read.signal)
  const kv = reply.kvs[0]
  return {
    object: kv && openObject(read.cluster, kv, DEFINITION_FIELDS).object,
    revision: read.revision === 0n ? reply.revision : read.revision,
  }
}

const DEFINITION_FIELDS = selectFields([
  '.spec.group',
  '.spec.names',
  '.spec.scope',
  '.spec.version',
  '.spec.additionalPrinterColumns',
  '.spec.versions[*].name',
  '.spec.versions[*].storage',
  '.spec.versions[*].additionalPrinterColumns',
])

/** The table of one apiVersion and kind, ready to make rows. */
interface KindTable {
  apiVersion: string
  kind: string
  table: ResourceTable
  selection: FieldSelection | undefined
  instants: CellInstants
  /** Where each column of the head is in this table; undefined when it is the head's own. */
  places: number[] | undefined
}

/** Makes rows of the head's columns, also of objects of other versions or kinds that lie in the same directory. */
class RowMaker {
  readonly #read: TableRead
  readonly #of: { definition: KubeObject | undefined; resource: Resource | undefined; directory: string; now: Date }
  readonly #tables = new Map<string, KindTable>()
  #main: KindTable | undefined

  constructor(read: TableRead, of: { definition: KubeObject | undefined; resource: Resource | undefined; directory: string; now: Date }) {
    this.#read = read
    this.#of = of
  }

  /** The table whose columns are the head's: that of the first object, or of what the resource is known to hold. */
  get main(): KindTable {
    this.#main ??= this.#tableOf(this.#of.resource?.versions[0] ?? '', this.#of.resource?.kind ?? '')
    return this.#main
  }

  make(kv: KeyValue): TableRow {
    const { cluster, policy } = this.#read
    const place = this.#placeOf(kv.key)
    const row = { ...toWireKey(kv.key), ...place, labels: {} }
    let of = this.#main ?? this.#first(kv)
    let opened = openObject(cluster, kv, of.selection)
    const { object } = opened
    if (object === undefined)
      return { ...row, cells: this.#nameOnly(place.name), problem: opened.problem ?? 'The value could not be read.' }
    const apiVersion = text(object.apiVersion)
    const kind = text(object.kind)
    if ((apiVersion !== of.apiVersion || kind !== of.kind) && (apiVersion !== '' || kind !== '')) {
      of = this.#tableOf(apiVersion, kind)
      opened = openObject(cluster, kv, of.selection)
    }
    const shown = this.#shown(opened.decoded, opened.object ?? object, kv.key, policy)
    const cells = of.table.cells(shown, { now: this.#of.now })
    const instants = of.instants(shown)
    const status = of.table.columns.findIndex((column) => column.name === 'Status')
    return {
      ...row,
      cells: of.places === undefined ? cells : of.places.map((at) => cells[at] ?? null),
      labels: labelsOf(shown),
      ...(of.places === undefined && Object.keys(instants).length > 0 ? { instants } : {}),
      ...rowState(shown, of.kind, status < 0 ? undefined : text(cells[status]), this.#of.now.getTime()),
      ...(opened.problem === undefined ? {} : { problem: opened.problem }),
    }
  }

  /** The head's columns are those of the first object that says what it is. */
  #first(kv: KeyValue): KindTable {
    const { object } = openObject(this.#read.cluster, kv, NAME_ONLY)
    const { resource } = this.#of
    const apiVersion = text(object?.apiVersion)
    const kind = text(object?.kind)
    // What lies in the wrong directory does not choose the columns of all others.
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
    const table = tableFor(apiVersion, kind, definition)
    const version = apiVersion.slice(apiVersion.indexOf('/') + 1)
    const names = table.columns.map((column) => column.name)
    const head = this.#main?.table.columns.map((column) => column.name)
    const made: KindTable = {
      apiVersion,
      kind,
      table,
      selection: table.paths === undefined ? undefined : selectFields([...table.paths, '.metadata.labels']),
      instants: cellInstants(table, definition, version),
      places: head === undefined || head.join('\n') === names.join('\n') ? undefined : head.map((name) => names.indexOf(name)),
    }
    // Names come from the values: hostile ones must not fill the memory.
    if (this.#tables.size < 100) this.#tables.set(id, made)
    return made
  }

  /** Columns of custom resources read whatever their definition says; the cells of built-in ones read nothing secret. */
  #shown(decoded: Parameters<typeof maskDecoded>[0] | undefined, object: KubeObject, key: Uint8Array, policy: ValuePolicy): KubeObject {
    if (this.#of.definition === undefined || decoded === undefined) return object
    const masked = maskDecoded(decoded, { key, reveal: policy.reveal, salt: policy.salt, digest })
    return masked.decoded.object ?? object
  }

  #placeOf(key: Uint8Array): { namespace: string | null; name: string } {
    const whole = toUtf8OrNull(key)
    const below = whole?.startsWith(this.#of.directory) ? whole.slice(this.#of.directory.length) : null
    if (below === null) return { namespace: null, name: displayKey(key) }
    const segments = below.split('/')
    const two = segments.length === 2 && this.#of.resource?.namespaced !== false
    // ThirdPartyResourceData/<group>/<plural>/<namespace>/<name>
    const four = segments.length === 4 && this.#of.resource?.kind === 'ThirdPartyResourceData'
    if (!two && !four) return { namespace: null, name: below }
    return { namespace: segments.at(-2) ?? null, name: segments.at(-1) ?? '' }
  }

  #nameOnly(name: string): Cell[] {
    return this.main.table.columns.map((column, index) =>
      column.format === 'name' || (index === 0 && column.name === 'Name') ? name : null,
    )
  }
}

const NAME_ONLY = selectFields(['.metadata.name'])

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function labelsOf(object: KubeObject): Record<string, string> {
  const metadata = object.metadata
  const labels = isMap(metadata) ? metadata.labels : undefined
  if (!isMap(labels)) return {}
  return Object.fromEntries(Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

function isMap(value: unknown): value is KubeObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
