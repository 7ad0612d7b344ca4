// One object that belongs to another: where it is, whether it is there, how it does, and what is wrong with the relation.

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

/** Something that a person looks for in etcd. */
export interface Trouble {
  severity: 'info' | 'warning' | 'error'
  says: RelatedMessage[]
}

export interface RelatedItem {
  /** 0 for the section's own objects; those below belong to the one above. */
  depth: number
  /** How it is related; empty where the section says it. */
  how: RelationMessage[]
  kind: string
  name: string
  /** Null where no key can be told, for nothing stored defines its kind. */
  place: ObjectPlace | null
  /** `replaced`: another object has taken the name. `unread`: the value did not decode. `encrypted`: it is, and nothing here opens it. `unnamed`: nobody looked, for there is no place. */
  found: 'there' | 'missing' | 'replaced' | 'unread' | 'encrypted' | 'unnamed'
  status: StatusInWords | null
  /** Of a pod: how often its containers were started again; else 0. */
  restarts: number
  /** RFC 3339. */
  created: string | null
  trouble: Trouble | null
}

/** What every section reads with: the object itself, the store, and the moment that ages are relative to. */
export interface RelatedContext {
  object: KubeObject
  place: ObjectPlace
  store: ObjectStore
  now: Now
  /** Objects that are looked at in one directory, at most. */
  most: number
  /** Look at every object of a directory, also where names tell which ones to look at. */
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
  const summary = object === null ? null : summarize({ object, schemaless: stored.unknownKind ?? false }, { now })
  return {
    depth: 0,
    how: [],
    kind: summary?.kind ?? '',
    name: place.name,
    place,
    found: object !== null ? 'there' : stored.encrypted ? 'encrypted' : 'unread',
    status: summary?.status ?? null,
    restarts: object !== null && summary?.kind === 'Pod' ? podStatus(object).restarts : 0,
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

/** Something of a known place that is not there. */
export function missingItem(kind: string, place: ObjectPlace, trouble: Trouble | null, more: Partial<RelatedItem> = {}): RelatedItem {
  return { depth: 0, how: [], kind, name: place.name, place, found: 'missing', status: null, restarts: 0, created: null, trouble, ...more }
}

/** `Secret shop/orders-db`, `Node 172.20.0.113`. */
export function nameInWords(kind: string, place: Pick<ObjectPlace, 'namespace' | 'name'>): string {
  return `${kind} ${place.namespace === null ? '' : `${place.namespace}/`}${place.name}`.trimStart()
}

/** Reads what a reference names. What it should find and does not is trouble; `stored` is null unless it was found and could be read. */
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

/** Keys of a Secret or ConfigMap, which are no secret themselves. */
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

/** Whether somebody has asked for it to go. */
export function isBeingDeleted(object: KubeObject): boolean {
  return textAt(object, 'metadata', 'deletionTimestamp') !== ''
}
