// What belongs to a node: its kubelet's heartbeat, its part of the pod network, and its pods.

import { humanAge, type Now, type When, whenOf } from '../summary/human-duration.ts'
import { integerAt, objectsAt, textAt, textsAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { POD_FIELDS } from './fields-read.ts'
import { type RelatedMessage, type RelationMessage, storedText } from './messages.ts'
import type { ObjectPlace, ObjectStore, StoredObject } from './object-store.ts'
import { byTrouble, failingPods } from './pods-section.ts'
import { isBeingDeleted, itemOf, missingItem, type RelatedItem, type Trouble } from './related-item.ts'
import type { Section } from './section.ts'

const HEARTBEAT: RelationMessage[] = [{ code: 'heartbeat', params: {} }]

/** How long the node controller waits before it considers a node lost (--node-monitor-grace-period). */
const GRACE_SECONDS = 40

export interface Heartbeat {
  /** The lease's place, whether or not it exists. */
  place: ObjectPlace
  lease: StoredObject | null
  /** RFC 3339; empty without a heartbeat. */
  renewed: string
  /** How long ago, or the time; null without a heartbeat. */
  ago: When | null
  lost: boolean
  says: RelatedMessage
}

/** When the kubelet of a node last renewed its lease. */
export async function heartbeatOf(store: ObjectStore, node: string, now: Now): Promise<Heartbeat> {
  const place = { path: 'leases', namespace: 'kube-node-lease', name: node }
  const lease = await store.get(place)
  const renewed = textAt(lease?.object ?? undefined, 'spec', 'renewTime')
  const at = Date.parse(renewed)
  if (Number.isNaN(at))
    return { place, lease, renewed: '', ago: null, lost: false, says: { code: 'lease-missing-of-node', params: { node } } }
  const allowed = Math.max(integerAt(lease?.object ?? undefined, 'spec', 'leaseDurationSeconds') ?? GRACE_SECONDS, GRACE_SECONDS)
  const lost = now !== null && now - at > allowed * 1000
  // The node's clock may be ahead of ours.
  const ago = whenOf(renewed, now === null ? null : Math.max(now, at))
  return {
    place,
    lease,
    renewed,
    ago,
    lost,
    says: lost
      ? { code: 'heartbeat-late', params: { limit: allowed, when: 'ago', time: humanAge(renewed, now) } }
      : now === null
        ? { code: 'heartbeat-at-unjudged', params: { time: humanAge(renewed, now) } }
        : { code: 'heartbeat-last', params: whenOf(renewed, Math.max(now, at)) },
  }
}

/** The lease as an item, with its age for a status. */
function heartbeatItem({ place, lease, ago, lost, says }: Heartbeat, now: Now, trouble: Trouble | null): RelatedItem {
  if (lease === null) return missingItem('Lease', place, trouble, { how: HEARTBEAT })
  return itemOf(lease, now, {
    how: HEARTBEAT,
    kind: 'Lease',
    ...(ago === null
      ? {}
      : { status: { says: { code: 'lease-renewed', params: ago }, tone: lost ? 'error' : now === null ? 'muted' : 'ok' } }),
    trouble: lost ? { severity: 'error', says: [says] } : trouble,
  })
}

export const heartbeatSection: Section = {
  id: 'heartbeat',
  costly: false,
  async read({ object, place, store, now }) {
    const heartbeat = await heartbeatOf(store, place.name, now)
    const ready = readyCondition(object)
    const notes: Trouble[] = []
    if (ready !== null && textAt(ready, 'status') !== 'True') {
      const since = textAt(ready, 'lastTransitionTime')
      const said = textAt(ready, 'message') || textAt(ready, 'reason')
      const state: RelatedMessage =
        since === ''
          ? { code: 'node-not-ready', params: {} }
          : now === null
            ? { code: 'node-not-ready-since', params: { time: humanAge(since, now) } }
            : { code: 'node-not-ready-for', params: { age: humanAge(since, now) } }
      notes.push({ severity: 'error', says: [state, ...storedText(said)] })
    }
    // Before leases (1.14) the kubelet's reports in the node itself were its heartbeat.
    const reported = textAt(ready ?? undefined, 'lastHeartbeatTime')
    const missing: Trouble | null =
      heartbeat.lease === null
        ? {
            severity: reported === '' ? 'warning' : 'info',
            says: [
              { code: 'lease-missing', params: { lease: `kube-node-lease/${place.name}` } },
              ...(reported === '' ? [] : [{ code: 'node-reported', params: whenOf(reported, now) } as const]),
            ],
          }
        : null
    for (const taint of objectsAt(object, 'spec', 'taints')) {
      const key = textAt(taint, 'key')
      if (key === 'node.kubernetes.io/unreachable' && textAt(taint, 'effect') === 'NoExecute')
        notes.push({ severity: 'warning', says: [{ code: 'node-unreachable', params: {} }] })
    }
    return { items: [heartbeatItem(heartbeat, now, missing)], notes }
  },
}

function readyCondition(node: KubeObject): KubeObject | null {
  return objectsAt(node, 'status', 'conditions').find((one) => textAt(one, 'type') === 'Ready') ?? null
}

export const networkSection: Section = {
  id: 'network',
  costly: false,
  async read({ object, place, store, now }) {
    const cidrs = [...new Set([...textsAt(object, 'spec', 'podCIDRs'), textAt(object, 'spec', 'podCIDR')])].filter((cidr) => cidr !== '')
    const notes: Trouble[] = cidrs.map((cidr) => ({ severity: 'info', says: [{ code: 'pod-cidr', params: { cidr } }] }))
    const flannel = textAt(object, 'metadata', 'annotations', 'flannel.alpha.coreos.com/public-ip')
    if (flannel !== '') notes.push({ severity: 'info', says: [{ code: 'flannel-address', params: { address: flannel } }] })
    const csi = { path: 'csinodes', namespace: null, name: place.name }
    const drivers = await store.get(csi)
    return {
      notes,
      address: nodeAddresses(object)[0] ?? null,
      items: drivers === null ? [] : [itemOf(drivers, now, { how: [{ code: 'storage-drivers', params: {} }], kind: 'CSINode' })],
    }
  },
}

/** Every address of a node, internal ones first. */
export function nodeAddresses(node: KubeObject): string[] {
  const all = objectsAt(node, 'status', 'addresses').filter((one) => /^(Internal|External)IP$/.test(textAt(one, 'type')))
  const internal = (one: KubeObject) => textAt(one, 'type') === 'InternalIP'
  return [...all.filter(internal), ...all.filter((one) => !internal(one))].map((one) => textAt(one, 'address'))
}

export const nodePodsSection: Section = {
  id: 'pods',
  costly: false,
  async read({ place, store, now, most }) {
    const { objects, looked } = await store.list({
      path: 'pods',
      namespace: null,
      fields: POD_FIELDS,
      testFields: ['.spec.nodeName'],
      most,
      keep: (pod) => textAt(pod, 'spec', 'nodeName') === place.name,
    })
    const items = byTrouble(objects.map((pod) => itemOf(pod, now, { kind: 'Pod' })))
    const failing = failingPods(items)
    const notes: Trouble[] = failing === null ? [] : [failing]
    const waiting = objects.filter((pod) => pod.object !== null && isBeingDeleted(pod.object)).length
    if (waiting > 0 && (await heartbeatOf(store, place.name, now)).lost)
      notes.push({
        severity: 'error',
        says: [{ code: 'pods-undeletable', params: { waiting, pods: objects.length } }],
      })
    return {
      items,
      notes,
      looked: [looked],
      table: { path: 'pods', namespace: null, q: `node:=${place.name}` },
    }
  },
}

/** A pod's node and its heartbeat: how reliable the pod's own status is. */
export const podNodeSection: Section = {
  id: 'node',
  costly: false,
  async read({ object, partial, store, now }) {
    const name = textAt(object, 'spec', 'nodeName')
    if (name === '' && partial) return {}
    if (name === '') {
      const unscheduled = objectsAt(object, 'status', 'conditions').find((one) => textAt(one, 'type') === 'PodScheduled')
      const said = textAt(unscheduled, 'message')
      const says: RelatedMessage[] =
        said === '' ? [{ code: 'pod-unplaced', params: {} }] : [{ code: 'pod-on-no-node', params: {} }, ...storedText(said)]
      return { notes: [{ severity: textAt(unscheduled, 'status') === 'False' ? 'warning' : 'info', says }] }
    }
    const place = { path: 'minions', namespace: null, name }
    const [stored, heartbeat] = await Promise.all([store.get(place), heartbeatOf(store, name, now)])
    if (stored === null) {
      return { items: [missingItem('Node', place, { severity: 'error', says: [{ code: 'node-missing', params: { node: name } }] })] }
    }
    const item = itemOf(stored, now, { kind: 'Node' })
    const ready = stored.object === null ? null : readyCondition(stored.object)
    if (ready !== null && textAt(ready, 'status') !== 'True')
      item.trouble = {
        severity: 'error',
        says: [
          { code: 'node-of-pod-not-ready', params: { node: name } },
          ...storedText(textAt(ready, 'message') || textAt(ready, 'reason')),
          { code: 'status-outdated', params: {} },
        ],
      }
    const beat = heartbeatItem(heartbeat, now, null)
    beat.depth = 1
    return { items: [item, ...(heartbeat.lease === null ? [] : [beat])] }
  },
}
