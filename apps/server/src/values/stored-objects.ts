// The only access to stored values for code that reads many: the catalogue, findings, relations, namespaces, flannel. Small ones are opened in place,
// a few milliseconds at a time; large ones in worker threads. Also says where Kubernetes keeps its objects.
import type { FieldSelection, ProblemMessage } from '@registree/kube'
import type { Cluster } from '../clusters/cluster.ts'
import { isAppError } from '../problem.ts'
import { cancelled } from '../sources/read-queue.ts'
import { ELEMENTS_OF_ONE, ELEMENTS_ON_THE_SPOT, isLarge, ONE_LIMIT_MS, takesLong } from './large-values.ts'
import { whyNotOpened } from './not-opened.ts'
import { reviveObject } from './object-transfer.ts'
import { type OpenedObject, openStored, type StoredBytes } from './open-stored.ts'
import { shareThread } from './share-thread.ts'

export type { OpenedObject } from './open-stored.ts'
export { roundsSizes, roundsSizesBelow, toldSize } from './told-size.ts'

/** The directory of the CustomResourceDefinitions. */
export const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions'

/** The Kubernetes prefix as in the API server's flag, with a slash at both ends. */
export function kubernetesRoot(cluster: Pick<Cluster, 'kubernetesPrefix'>): string {
  const segments = cluster.kubernetesPrefix.split('/').filter(Boolean)
  return segments.length === 0 ? '/' : `/${segments.join('/')}/`
}

/** Why there is no object, for code that needs its fields. */
export function whyUnread({ problem, outline }: OpenedObject): ProblemMessage[] {
  if (problem !== undefined || outline === undefined) return problem ?? [{ code: 'value-unread', params: {} }]
  return [{ code: 'value-kind-unknown', params: { apiVersion: String(outline.apiVersion), kind: String(outline.kind) } }]
}

/** The cluster whose values are opened, as one request may see it. */
export type Opener = Pick<Cluster, 'configured' | 'decryptor' | 'masking' | 'jobs'>

export interface Opening {
  /** Check the whole value for damage, not only the selected fields. */
  check?: boolean
  /** Aborts when nobody waits any more. */
  signal: AbortSignal
}

/**
 * Opens values in order, as far as the selected fields (completely without a selection). A value beyond a limit comes with a problem and never ends
 * the others. Rejects only with CANCELLED.
 */
export async function* openObjects<Stored extends StoredBytes>(
  opener: Opener,
  stored: readonly Stored[],
  fields: FieldSelection | undefined,
  how: Opening,
): AsyncGenerator<{ kv: Stored; opened: OpenedObject }, void> {
  const left = new AbortController()
  const inThread = (kv: Stored) => openInThread(opener, kv, fields, { ...how, signal: AbortSignal.any([how.signal, left.signal]) })
  const large = stored.filter((kv) => goesToThread(kv, fields))
  const begun: Promise<OpenedObject>[] = []
  let next = 0
  try {
    for (const kv of stored) {
      // A few at once: others use the threads between them.
      while (begun.length < opener.jobs.parallel && next < large.length) {
        const opening = inThread(large[next++] as Stored)
        // Prevents an unhandled rejection until it is awaited.
        opening.catch(() => {})
        begun.push(opening)
      }
      if (goesToThread(kv, fields)) {
        yield { kv, opened: await (begun.shift() as Promise<OpenedObject>) }
        continue
      }
      await shareThread()
      if (how.signal.aborted) throw cancelled()
      yield { kv, opened: onTheSpot(opener, kv, fields, how) ?? (await inThread(kv)) }
    }
  } finally {
    left.abort()
  }
}

/** Opens one value: see {@link openObjects}. */
export async function openObject(opener: Opener, kv: StoredBytes, fields: FieldSelection | undefined, how: Opening): Promise<OpenedObject> {
  await shareThread()
  const opened = goesToThread(kv, fields) ? null : onTheSpot(opener, kv, fields, how)
  return opened ?? (await openInThread(opener, kv, fields, how))
}

/** With few selected fields, compressed content matters only if one of them contains it. */
function goesToThread({ value }: StoredBytes, fields: FieldSelection | undefined): boolean {
  return fields === undefined ? takesLong(value) : isLarge(value)
}

/** Null if it has few bytes but many elements. */
function onTheSpot(opener: Opener, kv: StoredBytes, fields: FieldSelection | undefined, { check = false }: Opening): OpenedObject | null {
  const opened = openStored(opener, kv, fields, { check, maxElements: ELEMENTS_ON_THE_SPOT })
  return opened.tooLarge ? null : opened
}

async function openInThread(
  { configured, masking, jobs }: Opener,
  { key, value }: StoredBytes,
  fields: FieldSelection | undefined,
  { check = false, signal }: Opening,
): Promise<OpenedObject> {
  try {
    const job = { cluster: configured, policy: masking, key, value, fields: fields?.paths ?? null, check, maxElements: ELEMENTS_OF_ONE }
    const handOver = () => {
      // Copies: the bytes may be part of a page of megabytes, which would be sent completely.
      const copy = new Uint8Array(value)
      return { input: { ...job, key: new Uint8Array(key), value: copy }, transfer: [copy.buffer] }
    }
    return reviveObject(await jobs.run('openObject', job, { signal, limitMs: ONE_LIMIT_MS, handOver }))
  } catch (error) {
    if (isAppError(error, 'CANCELLED')) throw error
    return { problem: whyNotOpened(error), tooLarge: true }
  }
}
