// What belongs to a Service: its endpoints, and whether its addresses are allocated.
import { decodeRangeAllocation, type RangeAllocation } from '../ranges/range-allocation.ts'
import { integerAt, objectAt, objectsAt, textAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { META_FIELDS } from './fields-read.ts'
import type { RelatedMessage, RelationMessage } from './messages.ts'
import type { ObjectPlace, StoredObject } from './object-store.ts'
import { judgeOwner } from './owners.ts'
import { type ListedEndpoint, listedEndpoints, referencesOf } from './references.ts'
import { itemOf, missingItem, type RelatedContext, type RelatedItem, type Trouble } from './related-item.ts'
import type { Section } from './section.ts'
import { clusterIps, endpointsOf, stateOf } from './services-section.ts'

/** Maximum endpoints whose pods are looked up, each by its key. */
const MOST_ENDPOINTS = 100

export const serviceEndpointsSection: Section = {
  id: 'endpoints',
  costly: false,
  async read(context) {
    const { object, partial, place, store, now } = context
    if (textAt(object, 'spec', 'type') === 'ExternalName') return {}
    const { slices, endpoints } = await endpointsOf(store, place.namespace ?? '', place.name)
    const all = [...slices, ...(endpoints === null ? [] : [endpoints])]
    const items: RelatedItem[] = []
    // Slices and Endpoints list the same pods: each pod is looked up once.
    const seen = new Set<string>()
    let omitted = 0
    for (const stored of all) {
      items.push(itemOf(stored, now))
      const { below, left } = await listedItems(context, stored, seen)
      items.push(...below)
      omitted += left
    }
    const notes: Trouble[] = all.length > 0 || partial ? [] : [{ severity: 'warning', says: [{ code: 'endpoints-missing', params: {} }] }]
    const selector = objectAt(object, 'spec', 'selector')
    // With a selector, its pods explain it.
    if (all.length > 0 && !partial && Object.keys(selector ?? {}).length === 0 && !isReached(all))
      notes.push({ severity: 'error', says: [{ code: 'endpoints-not-ready', params: {} }] })
    return { items, omitted, notes }
  },
}

/** Whether any endpoint listed for a Service is ready. */
export function isReached(lists: readonly StoredObject[]): boolean {
  return lists.some(({ object }) => object !== null && listedEndpoints(object).some(({ ready }) => ready))
}

/** The endpoints in an Endpoints or EndpointSlice, and whether their pods exist. */
export const ownEndpointsSection: Section = {
  id: 'endpoints',
  costly: false,
  async read(context) {
    const stored = { place: context.place, object: context.object, problem: null }
    const { below, left } = await listedItems(context, stored, new Set())
    const items = below.map((item) => ({ ...item, depth: 0 }))
    return {
      items,
      omitted: left,
      notes: items.length > 0 || context.partial ? [] : [{ severity: 'info', says: [{ code: 'endpoints-none', params: {} }] }],
    }
  },
}

async function listedItems(
  { store, now }: RelatedContext,
  { object }: StoredObject,
  seen: Set<string>,
): Promise<{ below: RelatedItem[]; left: number }> {
  const listed = object === null ? [] : listedEndpoints(object)
  const fresh = listed.filter((one) => {
    const id = JSON.stringify([one.pod?.namespace, one.pod?.name, one.pod?.uid, one.address])
    if (seen.has(id)) return false
    seen.add(id)
    return true
  })
  const looked = fresh.slice(0, Math.max(0, MOST_ENDPOINTS - (seen.size - fresh.length)))
  const below = await Promise.all(looked.map((one) => endpointItem(one, store, now)))
  return { below, left: fresh.length - looked.length }
}

async function endpointItem(one: ListedEndpoint, store: RelatedContext['store'], now: RelatedContext['now']): Promise<RelatedItem> {
  const how: RelationMessage[] = [{ code: 'named', params: { name: one.address } }, stateOf(one)]
  if (one.pod === null)
    return {
      depth: 1,
      how: [stateOf(one)],
      kind: 'address',
      name: one.address,
      place: null,
      found: 'unnamed',
      status: null,
      restarts: 0,
      created: null,
      trouble: null,
    }
  const place: ObjectPlace = { path: 'pods', namespace: one.pod.namespace, name: one.pod.name }
  const stored = await store.get(place)
  if (stored === null) {
    const says: RelatedMessage[] = [
      { code: 'endpoint-pod-missing', params: { address: one.address, pod: `${one.pod.namespace}/${one.pod.name}` } },
    ]
    return missingItem('Pod', place, { severity: 'error', says }, { depth: 1, how })
  }
  const item = itemOf(stored, now, { kind: 'Pod', depth: 1, how })
  if (judgeOwner(one.pod, stored.object) === 'replaced') {
    item.found = 'replaced'
    item.trouble = { severity: 'error', says: [{ code: 'endpoint-pod-replaced', params: { address: one.address } }] }
  }
  return item
}

/** Maximum addresses and ports looked up: a Service has at most two addresses, and a port for each of its few dozen. */
const MOST_ADDRESSES = 10
const MOST_PORTS = 200

/** Where the API server records allocated cluster IPs and node ports: bitmaps, and from 1.33 on one object per address. */
export const addressSection: Section = {
  id: 'address',
  costly: false,
  async read(context) {
    const { object, store } = context
    const items: RelatedItem[] = []
    const notes: Trouble[] = []
    const addresses = textAt(object, 'spec', 'type') === 'ExternalName' ? [] : clusterIps(object).slice(0, MOST_ADDRESSES)
    const bitmaps = await Promise.all(
      ['serviceips', 'secondaryserviceips'].map(async (name) => allocationOf(await store.get({ path: 'ranges', namespace: null, name }))),
    )
    for (const address of addresses) {
      const ipAddress = await store.get({ path: 'ipaddresses', namespace: null, name: address })
      if (ipAddress !== null) items.push(ownAddress(context, ipAddress, address))
      const held = bitmaps.flatMap((bitmap) => allocationItem(bitmap, address))
      items.push(...held.map((item) => (ipAddress === null ? item : { ...item, trouble: null })))
      if (ipAddress === null && held.length === 0)
        notes.push({
          severity: 'warning',
          says: [{ code: 'cluster-ip-uncovered', params: { address } }],
        })
    }
    const ports = nodePorts(object).slice(0, MOST_PORTS)
    if (ports.length > 0) {
      const bitmap = allocationOf(await store.get({ path: 'ranges', namespace: null, name: 'servicenodeports' }))
      for (const port of ports) items.push(...allocationItem(bitmap, port))
    }
    return { items, notes }
  },
}

function nodePorts(service: KubeObject): string[] {
  const ports = objectsAt(service, 'spec', 'ports').map((port) => integerAt(port, 'nodePort') ?? 0)
  return [...new Set([...ports, integerAt(service, 'spec', 'healthCheckNodePort') ?? 0])].filter((port) => port !== 0).map(String)
}

interface Bitmap {
  place: ObjectPlace
  allocation: RangeAllocation
}

/** Decoded once for all of a Service's addresses; null if missing or not wholly readable. */
function allocationOf(stored: StoredObject | null): Bitmap | null {
  const range = stored === null || stored.object === null || stored.problem !== null ? null : decodeRangeAllocation(stored.object, 0)
  return stored === null || range === null || !range.ok ? null : { place: stored.place, allocation: range.allocation }
}

function allocationItem(bitmap: Bitmap | null, entry: string): RelatedItem[] {
  if (bitmap === null) return []
  const { allocation, place } = bitmap
  const offset = allocation.offsetOf(entry)
  if (offset === null) return []
  const set = allocation.isAllocated(offset)
  const { range, holds } = allocation
  return [
    {
      depth: 0,
      how: [
        holds === 'ports'
          ? { code: 'node-port-in', params: { port: entry, range } }
          : { code: 'cluster-ip-in', params: { address: entry, range } },
      ],
      kind: 'RangeAllocation',
      name: place.name,
      place,
      found: 'there',
      status: { says: { code: 'entry-allocated', params: { set: set ? 'yes' : 'no' } }, tone: set ? 'ok' : 'error' },
      restarts: 0,
      created: null,
      trouble: set
        ? null
        : {
            severity: 'error',
            says: [{ code: holds === 'ports' ? 'node-port-unallocated' : 'cluster-ip-unallocated', params: { entry } }],
          },
    },
  ]
}

function ownAddress({ place, now }: RelatedContext, stored: StoredObject, address: string): RelatedItem {
  const item = itemOf(stored, now, { kind: 'IPAddress', how: [{ code: 'cluster-ip', params: { address } }] })
  const parent = objectAt(stored.object ?? undefined, 'spec', 'parentRef')
  const holder = `${textAt(parent, 'namespace')}/${textAt(parent, 'name')}`
  if (stored.object !== null && holder !== `${place.namespace}/${place.name}`)
    item.trouble = { severity: 'error', says: [{ code: 'address-of-other', params: { address, holder } }] }
  return item
}

/** The Ingresses that route to a Service. */
export const routesSection: Section = {
  id: 'routes',
  costly: false,
  async read({ place, store, now, most }) {
    const to = (ingress: KubeObject) =>
      referencesOf(ingress).find((reference) => reference.kind === 'Service' && reference.name === place.name)?.places
    const { objects, looked } = await store.list({
      path: 'ingress',
      namespace: place.namespace,
      fields: [...META_FIELDS, '.spec', '.status'],
      most,
      keep: (ingress) => to(ingress) !== undefined,
    })
    const items = objects.map((stored) =>
      itemOf(stored, now, { kind: 'Ingress', how: stored.object === null ? [] : (to(stored.object) ?? []) }),
    )
    return { items, looked: [looked] }
  },
}
