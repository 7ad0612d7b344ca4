// One related object: where it is, whether it exists, its state, and what is wrong with the relation.

import type { Now } from '../summary/human-duration.ts'
import type { StatusInWords } from '../summary/object-status.ts'
import { podStatus } from '../summary/pod-status.ts'
import { summarize } from '../summary/summarize.ts'
import { type Resource, resourceOfKind } from '../tables/resources.ts'
import { isObject, objectAt, textAt, valueAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import type { ObjectPlace, ObjectStore, StoredObject } from './object-store.ts'
import { judgeOwner } from './owners.ts'
import type { Reference } from './references.ts'

/** A problem that a person looks for in etcd, stated plainly. */
export interface Trouble {
  severity: 'info' | 'warning' | 'error'
  /** English. */
  text: string
  /** Identifies the message for translation, with `params`. */
  code?: string
  params?: Record<string, string | number>
}

export interface RelatedItem {
  /** 0 for the section's own objects; deeper ones belong to the one above. */
  depth: number
  /** The relation in words: `controller`, `volume config`; empty if the section says it. */
  how: string
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
  const summary = object === null ? null : summarize({ object, schemaless: stored.unknownKind ?? false }, { now })
  return {
    depth: 0,
    how: '',
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
        : { severity: 'warning', text: `${nameInWords(more.kind ?? (summary?.kind || 'The object'), place)}: ${stored.problem}` },
    ...more,
  }
}

/** An item for a missing object with a known place. */
export function missingItem(kind: string, place: ObjectPlace, trouble: Trouble | null, more: Partial<RelatedItem> = {}): RelatedItem {
  return { depth: 0, how: '', kind, name: place.name, place, found: 'missing', status: null, restarts: 0, created: null, trouble, ...more }
}

/** `Secret shop/orders-db`, `Node 172.20.0.113`. */
export function nameInWords(kind: string, place: Pick<ObjectPlace, 'namespace' | 'name'>): string {
  return `${kind} ${place.namespace === null ? '' : `${place.namespace}/`}${place.name}`
}

/** Looks up a reference. A missing object is trouble; `stored` is null unless it was found and readable. */
export async function lookUp(
  { store, now }: Pick<RelatedContext, 'store' | 'now'>,
  reference: Reference,
): Promise<{ item: RelatedItem; object: KubeObject | null }> {
  const { apiVersion, kind, name, uid } = reference
  const how = reference.places.join(', ')
  const resource = await resourceOf(store, apiVersion, kind)
  if (resource === undefined) {
    const trouble: Trouble = {
      severity: 'warning',
      text: `Nothing stored here defines the kind ${kind} of ${apiVersion}, so that it cannot be looked up: its CustomResourceDefinition is gone, or another API server keeps it.`,
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
      : { severity: 'error', text: `${nameInWords(kind, place)} does not exist.${consequenceOf(reference)}` }
    return {
      item: missingItem(kind, place, trouble, { how: reference.optional ? [how, 'optional'].filter(Boolean).join(', ') : how }),
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
      text: `${nameInWords(kind, place)} is another object than the one that is meant: that one had the uid ${uid} and is gone.`,
    }
    return { item, object }
  }
  const absent = reference.keys.filter((key) => !hasKey(object, key))
  if (absent.length > 0) {
    item.trouble = {
      severity: 'error',
      text: `${nameInWords(kind, place)} has no key ${absent.join(', ')}.${consequenceOf(reference)}`,
    }
  }
  return { item, object }
}

/** Keys of a Secret or ConfigMap, which are not secret themselves. */
function hasKey(object: KubeObject, key: string): boolean {
  return ['data', 'binaryData', 'stringData'].some((list) => isObject(objectAt(object, list)) && valueAt(object, list, key) !== undefined)
}

function consequenceOf({ kind, places }: Reference): string {
  const place = places[0] ?? ''
  if (kind === 'Secret' || kind === 'ConfigMap') {
    if (place.startsWith('volume ')) return ' A pod cannot start before it is there.'
    if (place.startsWith('env')) return ' The container cannot be created before it is there.'
  }
  if (kind === 'PersistentVolumeClaim' && place.startsWith('volume ')) return ' The pod cannot be scheduled before it is there.'
  if (kind === 'ServiceAccount' && place === 'runs as') return ' The API server creates no pod without it.'
  if (kind === 'Service' && place.startsWith('webhook ')) return ' Calls of this webhook fail.'
  return ''
}

/** Whether its deletion was requested. */
export function isBeingDeleted(object: KubeObject): boolean {
  return textAt(object, 'metadata', 'deletionTimestamp') !== ''
}
