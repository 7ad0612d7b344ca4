// A resource as kubectl's table, streamed: the first rows at once, the rest page by page at the same revision.

import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { TableEnd, TableHead, type TableLine, TableQuery, TableRows } from '@registree/contract'
import { placeBelow, type ReadPage, toUtf8OrNull, utf8 } from '@registree/keyspace'
import {
  type Column,
  differsByRelease,
  type KnownRelease,
  NEWEST_MINOR,
  NEWEST_RELEASE,
  type Resource,
  resourceOfDefinition,
  tableFor,
} from '@registree/kube'
import { Type } from 'typebox'
import type { Reading } from '../clusters/reading.ts'
import { beginReading } from '../http/begin-reading.ts'
import { type RouteDeps, readRevision } from '../http/request.ts'
import { linesOf, problems, streaming } from '../http/schemas.ts'
import { sendLines } from '../http/send-lines.ts'
import { packPage } from '../jobs/page-transfer.ts'
import type { MainKind, TableOfRows, TableRowsOutput } from '../jobs/table-rows.ts'
import { inEnglish } from '../messages/in-english.ts'
import { noteOfResource } from '../messages/note.ts'
import { AppError } from '../problem.ts'
import { columnRelease } from '../registry/column-release.ts'
import { readDefinition, resolveTable } from '../registry/table-place.ts'
import { sizeOfValues, valuePages } from '../registry/value-pages.ts'
import { type Clock, toWireMoment } from '../sources/source.ts'
import { linesInTurn } from '../streams/in-turn.ts'
import { readAhead } from '../streams/read-ahead.ts'
import { isLarge } from '../values/large-values.ts'
import { kubernetesRoot } from '../values/stored-objects.ts'

const TableParams = Type.Object({ cluster: Type.String(), '*': Type.String() })

export const tablesRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/tables/*',
      {
        ...streaming,
        schema: {
          summary: "A resource with kubectl's columns and rows, as NDJSON: a head, pages of rows, an end",
          params: TableParams,
          querystring: TableQuery,
          produces: ['application/x-ndjson'],
          response: { 200: linesOf(TableHead, TableRows, TableEnd), ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const { namespace, rev } = request.query
        const lines = tableLines({
          ...reading,
          path: request.params['*'],
          namespace,
          revision: readRevision(rev),
        })
        return await sendLines(reply, linesInTurn(reading, lines), reading.signal)
      },
    )
  }

interface TableRead extends Reading {
  path: string
  namespace: string | undefined
  revision: bigint
}

/** Enough rows to fill a screen come first. */
const FIRST_PAGE = 60
/** A first page with larger values would block other requests unless decoded in a thread. */
const QUICK_BYTES = 512 * 1024

/** Rows are bytes: a worker thread has serialised them. */
async function* tableLines(read: TableRead): AsyncGenerator<Exclude<TableLine, TableRows> | Uint8Array, void> {
  const { cluster, namespace, now, policy } = read
  const began = performance.now()
  const { path, resource: known } = resolveTable(read.path)
  const root = kubernetesRoot(cluster)

  let revision = read.revision
  const custom = known === undefined || known.custom ? await readDefinition(read, { root, path, revision: read.revision }) : undefined
  const definition = custom?.object
  if (custom !== undefined && revision === 0n) revision = custom.revision
  const resource = (definition && resourceOfDefinition(definition)) ?? known
  if (namespace !== undefined && resource?.namespaced === false) {
    throw new AppError('BAD_REQUEST', { code: 'table-without-namespace', params: { resource: resource.resource } })
  }

  const directory = `${root}${path}/`
  // Third-party objects have their namespaces below their groups: all are read, and those of one namespace kept.
  const thirdParty = path === 'ThirdPartyResourceData'
  const prefix = utf8(namespace === undefined || thirdParty ? directory : `${directory}${namespace}/`)
  const release = differsByRelease(resource) ? await columnRelease(cluster, read.source, performance.now(), read.signal) : null
  const minor = release?.minor ?? NEWEST_MINOR
  const head = { path, resource, directory, clock: cluster.opened.clock, now, release }
  const table = { id: ++tables, cluster: cluster.configured, directory, resource, definition, now, policy, minor }
  let begun = false
  let count = 0
  let bytes = 0
  const stored = valuePages({ ...read, prefix, revision, knowledge: cluster.knowledge, firstPage: FIRST_PAGE })
  const pages = smallFirst(namespace !== undefined && thirdParty ? ofNamespace(stored, path, directory, namespace) : stored)
  // etcd reads one page while threads make rows of others and the browser receives finished ones.
  for await (const page of readAhead(rowsOf(read, table, readAhead(pages, 1)), cluster.jobs.parallel + 1)) {
    revision = page.revision
    const made = await page.made
    if (made === null) continue
    if (!begun) yield headOf({ ...head, main: made.main, columns: made.columns ?? [], revision })
    begun = true
    yield made.line
    count += page.count
    bytes += page.bytes
  }
  if (!begun) {
    if (resource === undefined && namespace === undefined) {
      throw new AppError(
        'RESOURCE_NOT_FOUND',
        { code: 'directory-empty', params: { directory, revision: String(revision) } },
        {
          hint: { code: 'catalogue-lists', params: {} },
        },
      )
    }
    const main = { apiVersion: resource?.versions[0] ?? '', kind: resource?.kind ?? '' }
    yield headOf({ ...head, main, columns: tableFor(main.apiVersion, main.kind, definition, minor).columns, revision })
  }
  yield { type: 'end', rows: count, bytes, milliseconds: Math.round(performance.now() - began), cost: read.meter.read() }
}

/** The first piece is at most a screen of rows, however much the first Range returned. */
async function* smallFirst(pages: AsyncGenerator<ReadPage, void>): AsyncGenerator<ReadPage, void> {
  let first = true
  for await (const page of pages) {
    if (first && page.kvs.length > FIRST_PAGE) {
      yield { ...page, kvs: page.kvs.slice(0, FIRST_PAGE) }
      yield { ...page, kvs: page.kvs.slice(FIRST_PAGE) }
    } else yield page
    first &&= page.kvs.length === 0
  }
}

async function* ofNamespace(
  pages: AsyncGenerator<ReadPage, void>,
  path: string,
  directory: string,
  namespace: string,
): AsyncGenerator<ReadPage, void> {
  for await (const page of pages) {
    const lies = (key: Uint8Array) => placeBelow(path, toUtf8OrNull(key)?.slice(directory.length) ?? '').namespace === namespace
    yield { ...page, kvs: page.kvs.filter(({ key }) => lies(key)) }
  }
}

/** Identifies tables in the threads. */
let tables = 0

interface PageOfRows {
  revision: bigint
  count: number
  /** Total size of the page's values, in bytes. */
  bytes: number
  /** Null for a page without keys. */
  made: Promise<TableRowsOutput> | null
}

/** Passes each page to a worker thread, wrapped in an object so that its rows are not awaited here. */
async function* rowsOf(read: TableRead, table: TableOfRows, pages: AsyncGenerator<ReadPage, void>): AsyncGenerator<PageOfRows, void> {
  const {
    cluster: { jobs },
    signal,
  } = read
  let main: MainKind | null = null
  for await (const { revision, kvs } of pages) {
    const bytes = sizeOfValues(kvs, read.cluster)
    if (kvs.length === 0) {
      yield { revision, count: 0, bytes, made: null }
      continue
    }
    const large = kvs.some(({ value }) => isLarge(value))
    // The values were transferred to the thread.
    const { page, transfer } = packPage(kvs)
    const made: Promise<TableRowsOutput> = jobs.run(
      'tableRows',
      { table, main, page },
      { transfer, signal, quick: kvs.length <= FIRST_PAGE && bytes <= QUICK_BYTES && !large },
    )
    // Prevents an unhandled rejection until it is awaited.
    made.catch(() => {})
    yield { revision, count: kvs.length, bytes, made }
    // The first page's kind determines the columns.
    main ??= (await made).main
  }
}

function columnOnWire({ says: code, ...column }: Column): TableHead['columns'][number] {
  if (code === undefined) return column
  const says = { code, params: {} } as const
  return { ...column, description: inEnglish.any([says]), sentences: [says] }
}

function headOf(of: {
  path: string
  directory: string
  resource: Resource | undefined
  main: MainKind
  columns: readonly Column[]
  revision: bigint
  clock: Clock
  now: Date | null
  release: KnownRelease | null
}): TableHead {
  const { resource, main, release } = of
  return {
    type: 'head',
    path: of.path,
    directory: of.directory,
    resource: resource?.resource || of.path,
    kind: main.kind,
    apiVersion: main.apiVersion,
    namespaced: resource?.namespaced ?? null,
    note: resource === undefined ? null : noteOfResource(resource),
    columns: of.columns.map(columnOnWire),
    printedAs: release && {
      release: release.minor === NEWEST_MINOR ? NEWEST_RELEASE : `1.${release.minor}`,
      from: release.from,
    },
    revision: String(of.revision),
    ...toWireMoment(of.clock, of.now),
  }
}
