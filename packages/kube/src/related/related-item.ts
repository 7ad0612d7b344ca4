// One related object: where it is, whether it exists, its state, and what is wrong with the relation.

import type { Now } from '../summary/human-duration.ts'
import type { StatusInWords } from '../summary/object-status.ts'
import { podStatus } from '../summary/pod-status.ts'
import { summarize } from '../summary/summarize.ts'
import { type Resource, resourceOfKind } from '../tables/resources.ts'
import { isObject, objectAt, textAt, valueAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import type { RelatedMessage, RelationMessage } from './messages.ts'
import type { ObjectPlace, ObjectStore, StoredObject } from './object-store.ts'
import { judgeOwner } from './owners.ts'
import type { Reference } from './references.ts'

/** A problem that a person looks for in etcd, stated plainly. */
export interface Trouble {
  severity: 'info' | 'warning' | 'error'
  says: RelatedMessage[]
}

export interface RelatedItem {
  /** 0 for the section's own objects; deeper ones belong to the one above. */
  depth: number
  /** How it is related; empty where the section says it. */
  how: RelationMessage[]
  kind: string
  name: string
  /** Null if no key is known, because no definition of its kind is stored. */
  place: ObjectPlace | null
  /**
   * `replaced`: another object has the name. `unread`: the value did not decode. `encrypted`: no key opens it. `unnamed`: not looked up, because its
   * place is unknown.
   */
  found: 'there' | 'missing' | 'replaced' | 'unread' | 'encrypted' | 'unnamed'
  status: StatusInWords | null
  /** Restarts of a pod's containers; 0 for others. */
  restarts: number
  /** RFC 3339. */
  created: string | null
  trouble: Trouble | null
}

/** The inputs of every section: the object, the store, and the moment that ages are relative to. */
export interface RelatedContext {
  object: KubeObject
  /** A part of it did not decode: nothing follows from what it lacks. */
  partial: boolean
  place: ObjectPlace
  store: ObjectStore
  now: Now
  /** Maximum objects read in one directory. */
  most: number
  /** Read every object of a directory, even if names narrow the search. */
  whole: boolean
}

async function resourceOf(store: ObjectStore, apiVersion: string, kind: string): Promise<Resource | undefined> {
  const known = resourceOfKind(apiVersion, kind)
  if (known !== undefined && !known.custom) return known
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  return (group === '' ? undefined : await store.customResource(group, kind)) ?? known
}

/** An object that was read, as an item. */
export function itemOf(stored: StoredObject, now: Now, more: Partial<RelatedItem> = {}): RelatedItem {
  const { object, place } = stored
  const partial = stored.problem !== null
  const summary = object === null ? null : summarize({ object, schemaless: stored.unknownKind ?? false, partial }, { now })
  return {
    depth: 0,
    how: [],
    kind: summary?.kind ?? '',
    name: place.name,
    place,
    found: object !== null ? 'there' : stored.encrypted ? 'encrypted' : 'unread',
    status: summary?.status ?? null,
    restarts: object !== null && !partial && summary?.kind === 'Pod' ? podStatus(object).restarts : 0,
    created: summary?.creationTimestamp ?? null,
    trouble:
      stored.problem === null || stored.encrypted
        ? null
        : {
            severity: 'warning',
            says: [{ code: 'about-object', params: { object: nameInWords(more.kind ?? summary?.kind ?? '', place) } }, ...stored.problem],
          },
    ...more,
  }
}

/** An item for a missing object with a known place. */
export function missingItem(kind: string, place: ObjectPlace, trouble: Trouble | null, more: Partial<RelatedItem> = {}): RelatedItem {
  return { depth: 0, how: [], kind, name: place.name, place, found: 'missing', status: null, restarts: 0, created: null, trouble, ...more }
}

/** `Secret shop/orders-db`, `Node 172.20.0.113`. */
export function nameInWords(kind: string, place: Pick<ObjectPlace, 'namespace' | 'name'>): string {
  return `${kind} ${place.namespace === null ? '' : `${place.namespace}/`}${place.name}`.trimStart()
}

/** Looks up a reference. A missing object is trouble; `stored` is null unless it was found and readable. */
export async function lookUp(
  { store, now }: Pick<RelatedContext, 'store' | 'now'>,
  reference: Reference,
): Promise<{ item: RelatedItem; object: KubeObject | null }> {
  const { apiVersion, kind, name, uid } = reference
  const how = reference.places
  const resource = await resourceOf(store, apiVersion, kind)
  if (resource === undefined) {
    const trouble: Trouble = {
      severity: 'warning',
      says: [{ code: 'kind-undefined', params: { kind, apiVersion } }],
    }
    return {
      item: { depth: 0, how, kind, name, place: null, found: 'unnamed', status: null, restarts: 0, created: null, trouble },
      object: null,
    }
  }
  const place: ObjectPlace = { path: resource.path, namespace: resource.namespaced ? (reference.namespace ?? '') : null, name }
  const stored = await store.get(place)
  if (stored === null) {
    const trouble: Trouble | null = reference.optional
      ? null
      : { severity: 'error', says: [{ code: 'object-missing', params: { object: nameInWords(kind, place) } }, ...consequenceOf(reference)] }
    return {
      item: missingItem(kind, place, trouble, { how: reference.optional ? [...how, { code: 'optional', params: {} }] : how }),
      object: null,
    }
  }
  const item = itemOf(stored, now, { how, kind })
  const { object } = stored
  if (object === null) return { item, object }
  if (judgeOwner({ uid }, object) === 'replaced') {
    item.found = 'replaced'
    item.trouble = {
      severity: 'error',
      says: [{ code: 'object-replaced', params: { object: nameInWords(kind, place), uid } }],
    }
    return { item, object }
  }
  const absent = reference.keys.filter((key) => !hasKey(object, key))
  if (absent.length > 0) {
    item.trouble = {
      severity: 'error',
      says: [{ code: 'keys-missing', params: { object: nameInWords(kind, place), keys: absent } }, ...consequenceOf(reference)],
    }
  }
  return { item, object }
}

/** Keys of a Secret or ConfigMap, which are not secret themselves. */
function hasKey(object: KubeObject, key: string): boolean {
  return ['data', 'binaryData', 'stringData'].some((list) => isObject(objectAt(object, list)) && valueAt(object, list, key) !== undefined)
}

function consequenceOf({ kind, places }: Reference): RelatedMessage[] {
  const place = places[0]?.code
  const plain = (code: 'pod-waits' | 'container-waits' | 'pod-unscheduled' | 'pods-refused' | 'webhook-fails'): RelatedMessage[] => [
    { code, params: {} },
  ]
  if (kind === 'Secret' || kind === 'ConfigMap') {
    if (place === 'volume') return plain('pod-waits')
    if (place === 'env' || place === 'environment') return plain('container-waits')
  }
  if (kind === 'PersistentVolumeClaim' && place === 'volume') return plain('pod-unscheduled')
  if (kind === 'ServiceAccount' && place === 'runs-as') return plain('pods-refused')
  if (kind === 'Service' && place === 'webhook') return plain('webhook-fails')
  return []
}

/** Whether its deletion was requested. */
export function isBeingDeleted(object: KubeObject): boolean {
  return textAt(object, 'metadata', 'deletionTimestamp') !== ''
}
