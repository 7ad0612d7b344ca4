// A resource as kubectl's table, streamed: first rows at once, the rest page by page at the same revision.

import type { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { TableEnd, TableError, TableHead, type TableLine, TableQuery, TableRows } from '@registree/contract'
import { type OrderedSource, utf8 } from '@registree/keyspace'
import { type KubeObject, RESOURCES, type Resource, resourceAt, resourceOfDefinition, selectFields, tableFor } from '@registree/kube'
import { Type } from 'typebox'
import { type Cluster, findCluster } from '../cluster.ts'
import type { ValuePolicy } from '../decode-value.ts'
import type { JobRunner } from '../jobs/jobs.ts'
import { packPage } from '../jobs/page-transfer.ts'
import type { MainKind, TableOfRows, TableRowsOutput } from '../jobs/table-rows.ts'
import { AppError } from '../problem.ts'
import { CostMeter, metered } from '../sources/cost-meter.ts'
import type { KeyValue } from '../sources/source.ts'
import { type RouteDeps, readRevision, requestSignal } from './deps.ts'
import { problems } from './schemas.ts'
import { sendLines } from './send-lines.ts'
import { DEFINITIONS, kubernetesRoot, openObject } from './stored-objects.ts'
import { sizeOfValues, valuePages } from './value-pages.ts'

/** For the description of the API: each line is one of these. A stream meets no serializer. */
const Lines = Type.Unsafe<Readable>(Type.Union([TableHead, TableRows, TableEnd, TableError]))
const TableParams = Type.Object({ cluster: Type.String(), '*': Type.String() })

export const tablesRoutes =
  ({ clusters, policy, jobs }: RouteDeps): FastifyPluginAsyncTypebox =>
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
          jobs,
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
  jobs: JobRunner
}

/** Rows that fill a screen come first. */
const FIRST_PAGE = 60

/** Rows come as bytes: a worker thread has written them out. */
async function* tableLines(read: TableRead): AsyncGenerator<Exclude<TableLine, TableRows> | Uint8Array, void> {
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
  const directory = `${root}${path}/`
  const head = { path, resource, directory, asOf, now }
  const rows = new RowsInOrder(read, { id: ++tables, cluster: cluster.name, directory, resource, definition, now })
  let begun = false
  let count = 0
  let bytes = 0
  const made = async function* (wait: boolean): AsyncGenerator<TableHead | TableRowsOutput['line']> {
    for await (const { line, main, columns } of rows.ready(wait)) {
      if (!begun) yield headOf({ ...head, main, columns, revision })
      begun = true
      yield line
    }
  }
  for await (const page of valuePages({ ...read, prefix, revision, knowledge: cluster.knowledge, firstPage: FIRST_PAGE })) {
    revision = page.revision
    if (page.kvs.length === 0) continue
    count += page.kvs.length
    bytes += sizeOfValues(page.kvs)
    rows.add(page.kvs)
    // The first page says which columns there are; until then there is nothing else to make.
    yield* made(!begun)
  }
  while (rows.going > 0) yield* made(true)
  if (!begun) {
    if (resource === undefined && namespace === undefined) {
      throw new AppError('RESOURCE_NOT_FOUND', `There is nothing below ${directory} at revision ${revision}.`, {
        hint: 'The catalogue lists every resource that this cluster keeps.',
      })
    }
    const main = { apiVersion: resource?.versions[0] ?? '', kind: resource?.kind ?? '' }
    yield headOf({ ...head, main, columns: tableFor(main.apiVersion, main.kind, definition).columns, revision })
  }
  yield { type: 'end', rows: count, bytes, milliseconds: Math.round(performance.now() - began), cost: read.meter.read() }
}

/** Tells tables apart in the threads. */
let tables = 0

/** Gives pages to the worker threads and takes their rows back in the order of the pages. */
class RowsInOrder {
  readonly #read: TableRead
  readonly #table: TableOfRows
  readonly #going: Promise<TableRowsOutput>[] = []
  #main: MainKind | null = null

  constructor(read: TableRead, table: TableOfRows) {
    this.#read = read
    this.#table = table
  }

  /** Pages that are being made into rows. */
  get going(): number {
    return this.#going.length
  }

  /** Takes the values over: they are gone from the page. */
  add(kvs: readonly KeyValue[]): void {
    const { page, transfer } = packPage(kvs)
    const made = this.#read.jobs.run('tableRows', { table: this.#table, main: this.#main, page }, { transfer, signal: this.#read.signal })
    // It is awaited in its turn; until then its failure is nobody's.
    made.catch(() => {})
    this.#going.push(made)
  }

  /** The oldest pages, as long as more are going than the threads need; one at least with `wait`. */
  async *ready(wait: boolean): AsyncGenerator<TableRowsOutput> {
    for (let first = wait; first || this.#going.length > this.#read.jobs.parallel; first = false) {
      const made = await this.#going.shift()
      if (made === undefined) return
      this.#main = made.main
      yield made
    }
  }
}

function headOf(of: {
  path: string
  directory: string
  resource: Resource | undefined
  main: MainKind
  columns: TableHead['columns']
  revision: bigint
  asOf: Date | null
  now: Date
}): TableHead {
  const { resource, main } = of
  return {
    type: 'head',
    path: of.path,
    directory: of.directory,
    resource: resource?.resource || of.path,
    kind: main.kind,
    apiVersion: main.apiVersion,
    namespaced: resource?.namespaced ?? null,
    note: resource?.note ?? null,
    columns: of.columns,
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
