// The objects related to a stored one, as NDJSON: a head, each section once it is read, an end.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  RelatedEnd,
  RelatedFailure,
  RelatedHead,
  type RelatedItem,
  type RelatedLine,
  RelatedProgress,
  RelatedQuery,
  RelatedSection,
  type RelatedSectionId,
  type RelatedTrouble,
  toWireKey,
} from '@registree/contract'
import { parseRegistryKey } from '@registree/keyspace'
import {
  contentOf,
  exactSearches,
  type RelatedItem as FoundItem,
  judgeObject,
  judgeSection,
  type KubeObject,
  nodeAddresses,
  type ObjectPlace,
  type ProblemMessage,
  relatedSections,
  resourceAt,
  type Section,
  type SectionContent,
  summarize,
  type Trouble,
} from '@registree/kube'
import type { FastifyBaseLogger } from 'fastify'
import type { Reading } from '../clusters/reading.ts'
import { nodeSubnets } from '../flannel/node-subnets.ts'
import { beginReading } from '../http/begin-reading.ts'
import { keyFromQuery, type RouteDeps, readRevision } from '../http/request.ts'
import { ClusterParams, linesOf, problems, streaming } from '../http/schemas.ts'
import { sendLines } from '../http/send-lines.ts'
import { inEnglish } from '../messages/in-english.ts'
import { statusOnWire } from '../messages/state-in-english.ts'
import { AppError, isAppError, toProblem, unexpected } from '../problem.ts'
import { readKey } from '../registry/read-key.ts'
import { type RelatedReading, RelatedStore } from '../registry/related-store.ts'
import { type Clock, toWireMoment } from '../sources/source.ts'
import { linesInTurn } from '../streams/in-turn.ts'
import { toldSize } from '../values/stored-objects.ts'

/** Objects read in one directory by default; if there are more, the answer says so. */
const MOST_LOOKED = 1000
/** Maximum on request. */
const MOST_WHOLE = 200_000

export const relatedRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/v3/related',
      {
        ...streaming,
        schema: {
          summary: 'What belongs to a stored object, and what of it is missing, as NDJSON: a head, sections, an end',
          params: ClusterParams,
          querystring: RelatedQuery,
          produces: ['application/x-ndjson'],
          response: { 200: linesOf(RelatedHead, RelatedSection, RelatedFailure, RelatedProgress, RelatedEnd), ...problems },
        },
      },
      async (request, reply) => {
        const { query } = request
        const reading = beginReading(deps, request, reply)
        if (query.whole !== undefined && query.section === undefined)
          throw new AppError('BAD_REQUEST', { code: 'section-alone', params: {} })
        const lines = relatedLines({
          ...reading,
          key: keyFromQuery(query),
          revision: readRevision(query.rev),
          only: query.section,
          whole: query.whole !== undefined,
          log: request.log,
        })
        return await sendLines(reply, query.whole === undefined ? lines : linesInTurn(reading, lines), reading.signal)
      },
    )
  }

interface RelatedRead extends Reading {
  key: Uint8Array
  revision: bigint
  only: RelatedSectionId | undefined
  whole: boolean
  log: FastifyBaseLogger
}

async function* relatedLines(read: RelatedRead): AsyncGenerator<RelatedLine, void> {
  const { cluster, source, meter, now, key, only, whole, signal } = read
  const began = performance.now()
  const { kv, readAt } = await readKey(read, key, read.revision)

  const progress: { id: RelatedSectionId | undefined; objects: number } = { id: only, objects: 0 }
  const waiting = new Signal()
  const reading = { cluster, source, revision: readAt, signal }
  const store = new RelatedStore(reading, (objects) => {
    progress.objects = objects
    if (whole) waiting.ring()
  })
  const parsed = parseRegistryKey(key, { prefix: cluster.kubernetesPrefix })
  const place: ObjectPlace | null =
    parsed?.name === undefined || parsed.special !== undefined
      ? null
      : { path: parsed.resource, namespace: parsed.namespace ?? null, name: parsed.name }
  const stored = place === null ? null : await store.keep(place, kv)
  const object = stored?.object ?? null
  const sections = place === null ? [] : sectionsOf(object, place, stored?.unknownKind ?? false)
  const wanted = sections.filter((section) => (only === undefined ? !section.costly : section.id === only))
  if (only !== undefined && wanted.length === 0)
    throw new AppError(
      'BAD_REQUEST',
      { code: 'section-missing', params: { section: only } },
      {
        hint:
          sections.length === 0
            ? { code: 'sections-none', params: {} }
            : { code: 'sections-known', params: { sections: sections.map(({ id }) => id) } },
      },
    )
  yield headOf({ object, place, sections, problem: stored?.problem ?? null, revision: readAt, clock: cluster.opened.clock, now })

  if (place !== null) {
    const context = {
      object: object ?? nameOnly(place),
      partial: object !== null && stored?.problem != null,
      place,
      store,
      now: now?.getTime() ?? null,
      most: whole ? MOST_WHOLE : MOST_LOOKED,
      whole,
    }
    const done: RelatedLine[] = []
    let open = wanted.length
    for (const section of wanted) {
      void section
        .read(context)
        .then(async (part) => {
          const line = sectionLine(section.id, part, store, now)
          return section.id === 'network' ? await withSubnets(line, context.object, reading, now) : line
        })
        .catch((error: unknown) => failureLine(section.id, error, read))
        .then((line) => {
          done.push(line)
          open -= 1
          waiting.ring()
        })
    }
    while (open > 0 || done.length > 0) {
      const line = done.shift()
      if (line !== undefined) {
        // Nobody waits for the rest of a cancelled answer.
        signal.throwIfAborted()
        yield line
        continue
      }
      await waiting.next()
      if (done.length === 0 && progress.id !== undefined) yield { type: 'progress', id: progress.id, objects: progress.objects }
    }
  }
  yield {
    type: 'end',
    bytes: store.bytes + toldSize(cluster.masking, kv),
    milliseconds: Math.round(performance.now() - began),
    cost: meter.read(),
  }
}

/** Lets one reader wait for an event; an event while nobody waits is not lost. */
class Signal {
  #rung = false
  #wake: (() => void) | null = null

  ring(): void {
    this.#rung = true
    this.#wake?.()
    this.#wake = null
  }

  async next(): Promise<void> {
    if (!this.#rung) await new Promise<void>((resolve) => (this.#wake = resolve))
    this.#rung = false
  }
}

/** For a value that could not be opened only the key is known: events still refer to it. */
function sectionsOf(object: KubeObject | null, place: ObjectPlace, unknownKind: boolean): Section[] {
  const custom = unknownKind || (resourceAt(place.path)?.custom ?? true)
  if (object !== null) return relatedSections(object, place, custom)
  return relatedSections(nameOnly(place), place, custom).filter(({ id }) => id === 'events')
}

function nameOnly({ path, namespace, name }: ObjectPlace): KubeObject {
  const resource = resourceAt(path)
  return {
    apiVersion: resource?.versions[0] ?? '',
    kind: resource?.kind ?? '',
    metadata: { name, ...(namespace === null ? {} : { namespace }) },
  }
}

function headOf(of: {
  object: KubeObject | null
  place: ObjectPlace | null
  sections: Section[]
  problem: ProblemMessage[] | null
  revision: bigint
  clock: Clock
  now: Date | null
}): RelatedHead {
  const text = (name: 'apiVersion' | 'kind') => (typeof of.object?.[name] === 'string' ? of.object[name] : '')
  const partial = of.problem !== null
  const summary =
    of.object === null ? null : summarize({ object: of.object, schemaless: false, partial }, { now: of.now?.getTime() ?? null })
  const status = summary?.status ?? null
  const exact = of.object === null || of.place === null ? { searches: [], more: 0 } : exactSearches(of.object)
  return {
    type: 'head',
    revision: String(of.revision),
    kind: text('kind'),
    apiVersion: text('apiVersion'),
    namespace: of.place?.namespace ?? null,
    name: of.place?.name ?? '',
    ...toWireMoment(of.clock, of.now),
    status: status && statusOnWire(status),
    judged:
      of.object === null || of.place === null
        ? []
        : judgeObject({ object: of.object, partial, place: of.place }, of.now?.getTime() ?? null, inEnglish.related).map(troubleLine),
    sections: of.sections.map(({ id, costly }) => ({ id, costly })),
    exact: exact.searches,
    exactMore: exact.more,
    notice: of.place !== null && of.object === null ? unreadNotice(of.problem ?? []) : null,
  }
}

/** Every item is judged, even if too many to be listed. */
function sectionLine(id: RelatedSectionId, part: Partial<SectionContent>, store: RelatedStore, now: Date | null): RelatedSection {
  const content = contentOf(part)
  return {
    ...content,
    notes: content.notes.map(troubleLine),
    judged: judgeSection({ ...content, items: part.items ?? [] }, now?.getTime() ?? null).map(troubleLine),
    type: 'section',
    id,
    leases: [],
    items: content.items.map((item) => itemLine(item, store)),
    containers: content.containers.map(({ lastEnd, says, state, ...story }) => ({
      ...story,
      state: statusOnWire(state),
      text: inEnglish.pod(says),
      sentences: says,
      lastEnd: lastEnd === null ? null : { exitCode: lastEnd.exitCode, reason: lastEnd.reason, finishedAt: lastEnd.finishedAt },
    })),
    events: content.events.map(({ about, name, ...event }) => ({
      ...toWireKey(store.keyOf({ path: 'events', namespace: content.looked[0]?.namespace ?? null, name })),
      ...event,
      fieldPath: about.fieldPath,
    })),
  }
}

/** A node's part of flannel's network is not a Kubernetes object, and may be in the other keyspace. */
async function withSubnets(line: RelatedSection, node: KubeObject, reading: RelatedReading, now: Date | null): Promise<RelatedSection> {
  const { leases, notes } = await nodeSubnets(reading, nodeAddresses(node), now)
  return { ...line, leases, notes: [...line.notes, ...notes] }
}

function itemLine({ place, how, trouble, status, ...item }: FoundItem, store: RelatedStore): RelatedItem {
  return {
    ...(place === null ? {} : toWireKey(store.keyOf(place))),
    namespace: place?.namespace ?? null,
    ...item,
    status: status && statusOnWire(status),
    how: inEnglish.relations(how),
    relations: how,
    trouble: trouble === null ? null : troubleLine(trouble),
  }
}

const troubleLine = ({ severity, says }: Trouble): RelatedTrouble => ({ severity, text: inEnglish.related(says), sentences: says })

function unreadNotice(why: ProblemMessage[]): RelatedHead['notice'] {
  const says: ProblemMessage[] = [{ code: 'references-unknown', params: {} }, ...why]
  return { text: inEnglish.problem(says), sentences: says }
}

function failureLine(id: RelatedSectionId, error: unknown, { log, signal }: RelatedRead): RelatedLine {
  if (isAppError(error)) return { type: 'failure', id, problem: toProblem(error) }
  if (!signal.aborted) log.error({ err: error }, `section ${id}`)
  return { type: 'failure', id, problem: toProblem(unexpected(error)) }
}
