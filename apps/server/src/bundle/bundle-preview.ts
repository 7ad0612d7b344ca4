// Tells of each object of a bundle what applying it would do to a cluster: create it, change it, or nothing.
import { type PreviewLine, type PreviewObject, type PreviewProgress, type PreviewWarning, toWireKey } from '@registree/contract'
import { equalBytes, startsWithBytes, utf8 } from '@registree/keyspace'
import { selectFields, textAt } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import { revisionOf, sideOnWire } from '../compare/compare-side.ts'
import { PAIR_NOT_PREVIEWED, type PreviewedPair } from '../jobs/preview-pairs.ts'
import { noteOf } from '../messages/note.ts'
import { isAppError } from '../problem.ts'
import type { KeyValue } from '../sources/source.ts'
import { LARGE, ONE_LIMIT_MS } from '../values/large-values.ts'
import { shareThread } from '../values/share-thread.ts'
import { kubernetesRoot, openObject } from '../values/stored-objects.ts'
import { type BundleObject, bundleObjects } from './bundle-objects.ts'
import { type BundleRequest, bundleRevision } from './bundled-keys.ts'

export interface PreviewRequest {
  bundle: Reading
  request: BundleRequest
  /** What it would be applied to, at its newest revision. */
  cluster: Reading
}

/** Objects that one answer lists; further ones are counted. */
const MOST_LISTED = 10_000
/** Objects of the bundle that are held together. */
const BATCH = 50
/** Values that are asked for at once: each may have megabytes. */
const IN_FLIGHT = 4
const DELETION = selectFields(['.metadata.deletionTimestamp'])

/** Throws AppError. Memory: a batch of the bundle's values, and of the cluster's a few. */
export async function* bundlePreview({ bundle, request, cluster }: PreviewRequest, now: () => Date): AsyncGenerator<PreviewLine, void> {
  const revision = await bundleRevision(bundle, request)
  const live = await revisionOf(cluster, 0n)
  yield { type: 'start', bundle: await sideOnWire(bundle, revision, now), cluster: await sideOnWire(cluster, live, now) }
  const preview = new Preview(bundle, cluster, live)
  let batch: BundleObject[] = []
  let bytes = 0
  async function* told(): AsyncGenerator<PreviewLine, void> {
    const objects = await preview.look(batch)
    batch = []
    bytes = 0
    if (objects.length > 0) yield { type: 'objects', objects }
    yield preview.progress(false)
    await shareThread()
  }
  for await (const each of bundleObjects(bundle, request, revision)) {
    batch.push(each)
    bytes += 'unread' in each.kv ? 0 : each.kv.value.length
    if (batch.length >= BATCH || bytes > LARGE) yield* told()
  }
  yield* told()
  bundle.identity.check()
  cluster.identity.check()
  yield preview.progress(true)
}

/** An object of the bundle with what the cluster has in its place. */
interface Found {
  object: BundleObject & { made: { kv: KeyValue } }
  liveKey: Uint8Array
  live: KeyValue | null
}

/** `found` is missing if the object is left out, or has no place in the cluster. */
interface Looked {
  object: BundleObject
  found?: Found
}

class Preview {
  readonly #bundle: Reading
  readonly #cluster: Reading
  readonly #revision: bigint
  readonly #counts: PreviewProgress['counts'] = { created: 0, changed: 0, same: 0, undecided: 0, 'left-out': 0 }
  /** Whether the cluster has a namespace, or the bundle before what is in it. */
  readonly #namespaces = new Map<string, boolean>()
  #listed = 0

  constructor(bundle: Reading, cluster: Reading, revision: bigint) {
    this.#bundle = bundle
    this.#cluster = cluster
    this.#revision = revision
  }

  /** Counts the objects, and returns those that are listed, in their order. */
  async look(batch: readonly BundleObject[]): Promise<PreviewObject[]> {
    const told: PreviewObject[] = []
    for await (const one of this.#found(batch)) told.push(one)
    for (const { verdict } of told) this.#counts[verdict] += 1
    const room = Math.max(0, MOST_LISTED - this.#listed)
    this.#listed += told.length
    return told.slice(0, room)
  }

  progress(done: boolean): PreviewProgress {
    return {
      type: 'progress',
      done,
      counts: { ...this.#counts },
      unlisted: Math.max(0, this.#listed - MOST_LISTED),
      cost: { bundle: this.#bundle.meter.read(), cluster: this.#cluster.meter.read() },
    }
  }

  async *#found(batch: readonly BundleObject[]): AsyncGenerator<PreviewObject, void> {
    let looked: Looked[] = []
    let bytes = 0
    for (let from = 0; from < batch.length; from += IN_FLIGHT) {
      const next = await Promise.all(batch.slice(from, from + IN_FLIGHT).map((object) => this.#lookUp(object)))
      looked.push(...next)
      for (const { found } of next) bytes += found?.live?.value.length ?? 0
      if (bytes <= LARGE) continue
      yield* this.#judged(looked)
      looked = []
      bytes = 0
    }
    yield* this.#judged(looked)
  }

  async #lookUp(object: BundleObject): Promise<Looked> {
    const liveKey = this.#liveKey(object)
    if (liveKey === null || 'leftOut' in object.made) return { object }
    const written = { ...object, made: object.made }
    return { object, found: { object: written, liveKey, live: await this.#read(liveKey) } }
  }

  async *#judged(looked: readonly Looked[]): AsyncGenerator<PreviewObject, void> {
    const pairs = looked.flatMap(({ found }) => (found?.live && !isEqual(found.object, found.live) ? [found] : []))
    const verdicts = await this.#judge(pairs)
    for (const { object, found } of looked) {
      const pair = found === undefined ? -1 : pairs.indexOf(found)
      yield await this.#told(object, found, pair < 0 ? null : (verdicts[pair] ?? PAIR_NOT_PREVIEWED))
    }
  }

  async #told(object: BundleObject, found: Found | undefined, judged: PreviewedPair | null): Promise<PreviewObject> {
    const { key, at, path, place, made } = object
    const base = { ...toWireKey(key), at: String(at), path, place, warning: null, live: null, summary: [], kept: 0, why: null }
    if ('leftOut' in made) return { ...base, verdict: 'left-out', why: noteOf(made.leftOut) }
    if (found === undefined) return { ...base, verdict: 'undecided', why: noteOf({ code: 'preview-no-place', params: {} }) }
    const { live, liveKey } = found
    // What is in it comes later.
    if (path === 'namespaces') this.#namespaces.set(place, true)
    if (live === null) return { ...base, verdict: 'created', warning: await this.#missingNamespace(object) }
    const deleting = judged === null ? await this.#isDeleting(live) : judged.deleting
    const warning: PreviewWarning | null = deleting ? 'being-deleted' : null
    const there = { ...toWireKey(liveKey), modRevision: String(live.modRevision) }
    const { verdict, summary, kept } = judged ?? { verdict: 'same' as const, summary: [], kept: 0 }
    return { ...base, verdict, warning, live: there, summary, kept }
  }

  async #isDeleting(live: KeyValue): Promise<boolean> {
    const { cluster, signal } = this.#cluster
    const { object } = await openObject(cluster, live, DELETION, { signal })
    return textAt(object ?? {}, 'metadata', 'deletionTimestamp') !== ''
  }

  async #missingNamespace({ path, place }: BundleObject): Promise<PreviewWarning | null> {
    const slash = place.indexOf('/')
    if (slash < 0 || path === '') return null
    const namespace = place.slice(0, slash)
    const known = this.#namespaces.get(namespace)
    const exists = known ?? (await this.#hasNamespace(namespace))
    this.#namespaces.set(namespace, exists)
    return exists ? null : 'namespace-missing'
  }

  /** True where it may not be read: nothing is missing for certain. */
  async #hasNamespace(name: string): Promise<boolean> {
    try {
      return (await this.#read(utf8(`${kubernetesRoot(this.#cluster.cluster)}namespaces/${name}`), true)) !== null
    } catch (error) {
      if (isAppError(error, 'SOURCE_FORBIDDEN')) return true
      throw error
    }
  }

  /** Where the cluster has the object: it may keep its registry elsewhere. Null outside of the registry. */
  #liveKey({ key, path }: BundleObject): Uint8Array | null {
    const [from, to] = [utf8(kubernetesRoot(this.#bundle.cluster)), utf8(kubernetesRoot(this.#cluster.cluster))]
    if (path === '' || !startsWithBytes(key, from)) return null
    return new Uint8Array([...to, ...key.subarray(from.length)])
  }

  async #read(key: Uint8Array, keysOnly = false): Promise<KeyValue | null> {
    const { source, signal } = this.#cluster
    return (await source.range({ key, end: null, revision: this.#revision, limit: 1, keysOnly }, signal)).kvs[0] ?? null
  }

  async #judge(pairs: readonly Found[]): Promise<PreviewedPair[]> {
    if (pairs.length === 0) return []
    const { cluster, policy, signal } = this.#bundle
    const job = {
      ...{ bundle: cluster.configured, cluster: this.#cluster.cluster.configured, policy },
      // Copies: the bytes may be part of a page of megabytes, which would be sent completely.
      pairs: pairs.map(({ object: { made }, liveKey, live }) => {
        return { key: made.kv.key.slice(), value: made.kv.value.slice(), liveKey, live: live?.value.slice() ?? new Uint8Array() }
      }),
    }
    const bytes = job.pairs.reduce((sum, pair) => sum + pair.value.length + pair.live.length, 0)
    try {
      return await cluster.jobs.run('previewPairs', job, { signal, quick: bytes <= LARGE, limitMs: ONE_LIMIT_MS })
    } catch (error) {
      if (isAppError(error, 'CANCELLED')) throw error
      return pairs.map(() => PAIR_NOT_PREVIEWED)
    }
  }
}

/** The same bytes at the same key: nothing would change, whatever they are. */
function isEqual({ key, made }: Found['object'], live: KeyValue): boolean {
  return equalBytes(key, live.key) && equalBytes(made.kv.value, live.value)
}
