// What an object owns. Controllers name children after their owner, so only those keys are read; the owner's uid decides.
import { integerAt, objectsAt, textAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { CONTROLLER_FIELDS, META_FIELDS, POD_FIELDS } from './fields-read.ts'
import { equalityText } from './label-selector.ts'
import type { RelationMessage } from './messages.ts'
import type { Looked, StoredObject } from './object-store.ts'
import { generatedNamePrefix, isOwnedBy, uidOf } from './owners.ts'
import { byTrouble, failingPods } from './pods-section.ts'
import { itemOf, type RelatedContext, type RelatedItem, type Trouble } from './related-item.ts'
import type { Section } from './section.ts'

const MOST_TEMPLATES = 20

interface ChildKind {
  path: string
  kind: string
  fields: readonly string[]
  /** The prefix of the children's names. */
  namePrefix(owner: string): string
  /** Their own children, one level down. */
  below?: ChildKind
}

const pods: ChildKind = { path: 'pods', kind: 'Pod', fields: POD_FIELDS, namePrefix: generatedNamePrefix }
const revisions: ChildKind = {
  path: 'controllerrevisions',
  kind: 'ControllerRevision',
  fields: META_FIELDS,
  // Controller history truncates names at 223 characters (controller/history, ControllerRevisionName).
  namePrefix: (owner) => `${owner.slice(0, 223)}-`,
}
const whole = (owner: string) => `${owner}-`

const CHILDREN: Record<string, ChildKind[]> = {
  Deployment: [{ path: 'replicasets', kind: 'ReplicaSet', fields: CONTROLLER_FIELDS, namePrefix: whole, below: pods }],
  ReplicaSet: [pods],
  ReplicationController: [pods],
  StatefulSet: [{ ...pods, namePrefix: whole }, revisions],
  DaemonSet: [pods, revisions],
  Job: [pods],
  // A CronJob names its Jobs after itself, truncated at 52 characters, plus the time (utils.go, getJobName).
  CronJob: [{ path: 'jobs', kind: 'Job', fields: CONTROLLER_FIELDS, namePrefix: whole, below: pods }],
}

export const ownsByName = (kind: string): boolean => Object.hasOwn(CHILDREN, kind)

export const childrenSection: Section = {
  id: 'children',
  costly: false,
  async read(context) {
    const { object, place } = context
    const kind = textAt(object, 'kind')
    const looked: Looked[] = []
    const items: RelatedItem[] = []
    for (const child of ownsByName(kind) ? (CHILDREN[kind] ?? []) : []) {
      const found = await childrenOf(context, child, object, place.name, looked)
      const own = child.kind === 'Pod' ? byTrouble(found.map((stored) => itemOf(stored, context.now, { kind: 'Pod' }))) : []
      items.push(...own)
      if (child.kind !== 'Pod') {
        for (const stored of newestFirst(found)) {
          items.push(itemOf(stored, context.now, { kind: child.kind }))
          const below = child.below
          if (below === undefined || stored.object === null || !mayHavePods(stored.object)) continue
          const grand = await childrenOf(context, below, stored.object, stored.place.name, looked)
          items.push(...byTrouble(grand.map((one) => itemOf(one, context.now, { kind: below.kind, depth: 1 }))))
        }
      }
    }
    items.push(...(await claimsOf(context, looked)))
    const notes: Trouble[] = []
    const wanted = integerAt(object, 'spec', 'replicas') ?? 1
    const direct = items.filter((item) => item.kind === 'Pod').length
    const complete = looked.every((one) => !one.cut)
    if (
      complete &&
      !context.partial &&
      direct === 0 &&
      wanted > 0 &&
      ['Deployment', 'ReplicaSet', 'StatefulSet', 'ReplicationController'].includes(kind)
    )
      notes.push({ severity: 'error', says: [{ code: 'pods-wanted', params: { pods: wanted } }] })
    const failing = failingPods(items)
    if (failing !== null) notes.push(failing)
    return { items, notes, looked, table: { path: 'pods', namespace: place.namespace, q: equalityText(object) } }
  },
}

async function childrenOf(
  { store, place, most, whole: all }: RelatedContext,
  child: ChildKind,
  owner: KubeObject,
  ownerName: string,
  looked: Looked[],
): Promise<StoredObject[]> {
  const uid = uidOf(owner)
  const answer = await store.list({
    path: child.path,
    namespace: place.namespace,
    namePrefix: all ? '' : child.namePrefix(ownerName),
    fields: child.fields,
    testFields: ['.metadata.ownerReferences'],
    most,
    keep: (candidate) => isOwnedBy(candidate, uid),
  })
  looked.push(answer.looked)
  return answer.objects
}

/** Claims made from a StatefulSet's templates are named `<template>-<set>-<ordinal>`; they have no owner, and scaling down keeps them. */
async function claimsOf({ object, partial, place, store, now, most }: RelatedContext, looked: Looked[]): Promise<RelatedItem[]> {
  const items: RelatedItem[] = []
  const replicas = integerAt(object, 'spec', 'replicas') ?? 1
  const first = integerAt(object, 'spec', 'ordinals', 'start') ?? 0
  for (const template of objectsAt(object, 'spec', 'volumeClaimTemplates').slice(0, MOST_TEMPLATES)) {
    const namePrefix = `${textAt(template, 'metadata', 'name')}-${place.name}-`
    const ordinal = (name: string) => (/^\d+$/.test(name.slice(namePrefix.length)) ? Number(name.slice(namePrefix.length)) : null)
    const answer = await store.list({
      path: 'persistentvolumeclaims',
      namespace: place.namespace,
      namePrefix,
      fields: [...META_FIELDS, '.status.phase'],
      most,
      keep: (claim) => ordinal(textAt(claim, 'metadata', 'name')) !== null,
    })
    looked.push(answer.looked)
    for (const stored of answer.objects) {
      const number = ordinal(stored.place.name) ?? 0
      const left = !partial && (number >= first + replicas || number < first)
      const how: RelationMessage[] = [{ code: left ? 'left-from-scaling' : 'from-template', params: {} }]
      items.push(itemOf(stored, now, { kind: 'PersistentVolumeClaim', how }))
    }
  }
  return items
}

/** A ReplicaSet scaled to zero has no pods; a finished Job's pods are worth showing. */
function mayHavePods(object: KubeObject): boolean {
  if (textAt(object, 'kind') !== 'ReplicaSet') return true
  return (integerAt(object, 'spec', 'replicas') ?? 1) > 0 || (integerAt(object, 'status', 'replicas') ?? 0) > 0
}

function newestFirst(list: StoredObject[]): StoredObject[] {
  const made = ({ object }: StoredObject) => (object === null ? 0 : Date.parse(textAt(object, 'metadata', 'creationTimestamp')) || 0)
  const alive = ({ object }: StoredObject) => Number(object !== null && mayHavePods(object))
  return [...list].sort((a, b) => alive(b) - alive(a) || made(b) - made(a))
}

/** Where objects made by custom controllers usually are. */
const USUALLY_OWNED = [
  'deployments',
  'statefulsets',
  'daemonsets',
  'replicasets',
  'jobs',
  'cronjobs',
  'pods',
  'services/specs',
  'configmaps',
  'secrets',
  'serviceaccounts',
  'persistentvolumeclaims',
  'ingress',
  'roles',
  'rolebindings',
  'poddisruptionbudgets',
]

/** What any other object owns: the place is unknown, so the usual directories of its namespace are searched. */
export const anyChildrenSection: Section = {
  id: 'children',
  costly: true,
  async read({ object, place, store, now, most }) {
    const uid = uidOf(object)
    const looked: Looked[] = []
    const items: RelatedItem[] = []
    for (const path of USUALLY_OWNED) {
      const answer = await store.list({
        path,
        namespace: place.namespace,
        fields: path === 'pods' ? POD_FIELDS : CONTROLLER_FIELDS,
        testFields: ['.metadata.ownerReferences'],
        most,
        keep: (candidate) => isOwnedBy(candidate, uid),
      })
      looked.push(answer.looked)
      items.push(...answer.objects.map((stored) => itemOf(stored, now)))
    }
    return { items: byTrouble(items), looked }
  },
}
