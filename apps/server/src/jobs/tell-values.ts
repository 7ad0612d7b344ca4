// What stored values tell a timeline: owner, state and times of each, in a worker thread.
import { type FieldSelection, type KubeObject, objectAt, ownersOf, resourceAt, resourceOfKind, selectFields, textAt } from '@registree/kube'
import { ANCHOR_FIELDS, type Anchor, anchorsOf, type KeyRevisions } from '@registree/kube/clock'
import { ELEMENTS_ON_THE_SPOT } from '../values/large-values.ts'
import { type OpenedObject, openStored } from '../values/open-stored.ts'
import { decryptorFor, type Policy } from '../values/policy.ts'
import type { JobContext } from './job-context.ts'
import { type PackedPage, unpackPage } from './page-transfer.ts'
import { beyondHeartbeat, hasStates, type StateOnWire, stateFields, stateOf, unreadState } from './told-state.ts'

export interface TellJob {
  cluster: string
  policy: Policy
  page: PackedPage
  /** The directory of each value's resource. */
  paths: readonly string[]
  /** Of each value: create revision, mod revision, version. */
  numbers: BigInt64Array<ArrayBuffer>
}

/** What one value tells; all of it is masked already. */
export interface ToldValue {
  /** Null where there is no object in it. */
  object: ToldObject | null
  state: StateOnWire | null
  /** Of a node, what is left of it without its heartbeats; else null. */
  beyond: string | null
  anchors: Anchor[]
}

export interface ToldObject {
  kind: string
  /** What it belongs to. Null where it names nothing, `unplaced` where what it names has no place. */
  owner: ToldOwner | 'unplaced' | null
  /** It leads a leader election. */
  election: boolean
}

interface ToldOwner {
  path: string
  namespaced: boolean
  /** Empty where it is that of the object. */
  namespace: string
  name: string
}

/** What each value tells; `again` where it has too many elements to be opened among others. */
export function tellValues({ cluster, policy, page, paths, numbers }: TellJob, context: JobContext): { output: (ToldValue | 'again')[] } {
  const opener = { decryptor: decryptorFor(policy, context.decryptorOf(cluster)), masking: policy }
  const output: (ToldValue | 'again')[] = []
  for (const kv of unpackPage(page)) {
    const i = output.length
    const path = paths[i] as string
    const opened = openStored(opener, kv, toldFields(path), { maxElements: ELEMENTS_ON_THE_SPOT })
    const [createRevision = 0n, modRevision = 0n, version = 0n] = numbers.subarray(3 * i, 3 * i + 3)
    output.push(opened.tooLarge ? 'again' : toldOf(path, opened, { createRevision, modRevision, version }))
  }
  return { output }
}

/** @param opened as far as {@link toldFields} */
export function toldOf(path: string, opened: OpenedObject, key: KeyRevisions): ToldValue {
  const object = opened.object ?? opened.outline
  // Of what is not whole, the missing part could be what tells the state.
  const state = opened.problem !== undefined ? unreadState(path) : object === undefined ? null : stateOf(path, object)
  if (object === undefined) return { object: null, state, beyond: null, anchors: [] }
  return {
    object: {
      kind: textAt(object, 'kind') || (resourceAt(path)?.kind ?? ''),
      owner: ownerOf(object),
      election: textAt(object, 'metadata', 'annotations', 'control-plane.alpha.kubernetes.io/leader') !== '',
    },
    state,
    beyond: state !== null && opened.problem === undefined && path === 'minions' ? beyondHeartbeat(object, state.state) : null,
    anchors: anchorsOf(object, key),
  }
}

function ownerOf(object: KubeObject): ToldObject['owner'] {
  const about = objectAt(object, 'involvedObject') ?? objectAt(object, 'regarding')
  if (about !== undefined)
    return placed(textAt(about, 'apiVersion'), textAt(about, 'kind'), textAt(about, 'name'), textAt(about, 'namespace'))
  const owners = ownersOf(object)
  const owner = owners.find(({ controller }) => controller) ?? owners[0]
  return owner === undefined ? null : placed(owner.apiVersion, owner.kind, owner.name, '')
}

function placed(apiVersion: string, kind: string, name: string, namespace: string): ToldOwner | 'unplaced' {
  const resource = resourceOfKind(apiVersion, kind)
  if (resource === undefined || name === '' || name.includes('/')) return 'unplaced'
  return { path: resource.path, namespaced: resource.namespaced, namespace, name }
}

const OWN_FIELDS = [
  '.apiVersion',
  '.kind',
  '.metadata.ownerReferences',
  ".metadata.annotations['control-plane.alpha.kubernetes.io/leader']",
  '.involvedObject',
  '.regarding',
  ...ANCHOR_FIELDS,
]
const PLAIN = selectFields(OWN_FIELDS)
const selections = new Map<string, FieldSelection>()

/** The fields of a resource's values that {@link toldOf} reads. */
export function toldFields(path: string): FieldSelection {
  if (!hasStates(path)) return PLAIN
  const known = selections.get(path) ?? selectFields([...OWN_FIELDS, ...stateFields(path)])
  selections.set(path, known)
  return known
}
