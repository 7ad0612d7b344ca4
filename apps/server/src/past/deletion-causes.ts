// By which deletion a key went away, as far as the store tells: its last value, its lease, and whether its owner and its namespace were there.
import { type DeletionCause, toWireKey } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import { integerAt, type KubeObject, objectsAt, ownersOf, resourceOfKind, selectFields, textAt, textsAt, uidOf } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import { isAppError } from '../problem.ts'
import type { KeyValue } from '../sources/source.ts'
import { kubernetesRoot, openObject } from '../values/stored-objects.ts'

/** What is read of the last value of a deleted key. */
export const LAST_FIELDS = [
  '.apiVersion',
  '.kind',
  '.metadata.name',
  '.metadata.namespace',
  '.metadata.uid',
  '.metadata.creationTimestamp',
  '.metadata.deletionTimestamp',
  '.metadata.deletionGracePeriodSeconds',
  '.metadata.finalizers',
  '.metadata.ownerReferences',
  '.status.reason',
  '.status.conditions[*].type',
  '.status.conditions[*].status',
  '.status.conditions[*].reason',
]
const REQUEST_FIELDS = selectFields(['.metadata.uid', '.metadata.deletionTimestamp', '.metadata.deletionGracePeriodSeconds'])
const OWNER_FIELDS = selectFields(['.metadata.uid', '.metadata.deletionTimestamp', '.status.phase'])

export interface Deletion {
  revision: bigint
  namespace: string | null
  /** The last value; null where it could not be read. */
  kv: KeyValue | null
  object: KubeObject | null
}

interface Found {
  object: KubeObject | null
  key: Uint8Array
  rev: bigint
}

/** Finds causes for the deletions of one page; what several have in common is read once. */
export class DeletionCauses {
  readonly #reading: Reading
  readonly #found = new Map<string, Promise<Found | null>>()

  constructor(reading: Reading) {
    this.#reading = reading
  }

  /** Throws AppError. */
  async of(deletion: Deletion): Promise<DeletionCause[]> {
    const { kv, object } = deletion
    const causes: DeletionCause[] = []
    if (kv !== null && kv.lease !== 0n)
      causes.push({ code: 'lease', params: { lease: BigInt.asUintN(64, kv.lease).toString(16).padStart(16, '0') } })
    if (object === null) return causes
    causes.push(...ownSigns(object, await this.#asRequested(kv, object)))
    causes.push(...(await this.#ofOwner(deletion, object)))
    causes.push(...(await this.#ofNamespace(deletion)))
    const says = causes.some(({ code }) => code !== 'owner-there')
    return says ? causes : [{ code: 'no-grace', params: {} }, ...causes]
  }

  /**
   * The object as it was when its deletion was requested, as far as one read tells: who ends a pod asks for its deletion again, without a grace
   * period, and that is what its last value says.
   */
  async #asRequested(kv: KeyValue | null, object: KubeObject): Promise<KubeObject> {
    if (kv === null || textAt(object, 'metadata', 'deletionTimestamp') === '' || graceOf(object) > 0 || kv.version === 1n) return object
    const { cluster, source, signal } = this.#reading
    try {
      const before = (await source.range({ key: kv.key, end: null, revision: kv.modRevision - 1n, limit: 1 }, signal)).kvs[0]
      const opened = before && (await openObject(cluster, before, REQUEST_FIELDS, { signal })).object
      const requested = opened !== undefined && textAt(opened, 'metadata', 'deletionTimestamp') !== ''
      return requested && uidOf(opened) === uidOf(object) ? opened : object
    } catch (error) {
      if (isAppError(error, 'REVISION_COMPACTED')) return object
      throw error
    }
  }

  async #ofOwner({ revision, namespace }: Deletion, object: KubeObject): Promise<DeletionCause[]> {
    const owners = ownersOf(object)
    const owner = owners.find(({ controller }) => controller) ?? owners[0]
    if (owner === undefined) return []
    const resource = resourceOfKind(owner.apiVersion, owner.kind)
    if (resource === undefined) return []
    const place = resource.namespaced && namespace !== null ? `${namespace}/${owner.name}` : owner.name
    const found = await this.#at(`${resource.path}/${place}`, revision)
    if (found === null) return []
    const params = { kind: owner.kind, name: owner.name }
    const at = { ...toWireKey(found.key), rev: String(found.rev) }
    if (found.object === null) {
      // Its own last state is the one before it went.
      return [{ code: 'owner-gone', params, at: { ...toWireKey(found.key), rev: String(revision) } }]
    }
    const uid = uidOf(found.object)
    if (owner.uid !== '' && uid !== '' && uid !== owner.uid) return [{ code: 'owner-replaced', params, at }]
    const deleting = textAt(found.object, 'metadata', 'deletionTimestamp')
    if (deleting !== '') return [{ code: 'owner-deleting', params: { ...params, since: deleting }, at }]
    return [{ code: 'owner-there', params, at }]
  }

  async #ofNamespace({ revision, namespace }: Deletion): Promise<DeletionCause[]> {
    if (namespace === null) return []
    const found = await this.#at(`namespaces/${namespace}`, revision)
    if (found === null) return []
    const at = { ...toWireKey(found.key), rev: String(found.rev) }
    if (found.object === null) return [{ code: 'namespace', params: { namespace, state: 'gone' } }]
    const deleting = textAt(found.object, 'metadata', 'deletionTimestamp')
    return deleting === '' ? [] : [{ code: 'namespace', params: { namespace, state: 'deleting', since: deleting }, at }]
  }

  /** An object as it was at a revision; null where that cannot be told. */
  #at(place: string, revision: bigint): Promise<Found | null> {
    const id = `${revision} ${place}`
    const known = this.#found.get(id) ?? this.#read(place, revision)
    this.#found.set(id, known)
    return known
  }

  async #read(place: string, revision: bigint): Promise<Found | null> {
    const { cluster, source, signal } = this.#reading
    const key = utf8(`${kubernetesRoot(cluster)}${place}`)
    try {
      const kv = (await source.range({ key, end: null, revision, limit: 1 }, signal)).kvs[0]
      if (kv === undefined) return { object: null, key, rev: revision }
      const { object } = await openObject(cluster, kv, OWNER_FIELDS, { signal })
      return object === undefined ? null : { object, key, rev: revision }
    } catch (error) {
      // What nobody may read says nothing; the deletion is shown all the same.
      if (isAppError(error, 'SOURCE_FORBIDDEN') || isAppError(error, 'REVISION_COMPACTED')) return null
      throw error
    }
  }
}

function graceOf(object: KubeObject): number {
  return integerAt(object, 'metadata', 'deletionGracePeriodSeconds') ?? 0
}

function ownSigns(object: KubeObject, asRequested: KubeObject): DeletionCause[] {
  const causes: DeletionCause[] = []
  const requested = textAt(asRequested, 'metadata', 'deletionTimestamp')
  if (requested !== '') {
    const grace = graceOf(asRequested)
    const end = Date.parse(requested)
    // The API server stores when the grace period ends.
    const asked = Number.isNaN(end) ? requested : new Date(end - grace * 1000).toISOString()
    causes.push({ code: 'graceful', params: { requested: asked, seconds: grace } })
    const finalizers = textsAt(object, 'metadata', 'finalizers')
    if (finalizers.length > 0) causes.push({ code: 'finalizers', params: { names: finalizers } })
  }
  const disruption = objectsAt(object, 'status', 'conditions').find(
    (condition) => textAt(condition, 'type') === 'DisruptionTarget' && textAt(condition, 'status') === 'True',
  )
  const reason = disruption === undefined ? textAt(object, 'status', 'reason') : textAt(disruption, 'reason')
  if (textAt(object, 'kind') === 'Pod' && reason !== '') causes.unshift({ code: 'disruption', params: { reason } })
  return causes
}
