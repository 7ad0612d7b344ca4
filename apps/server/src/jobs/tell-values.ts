// What stored values tell a timeline: owner, state and times of each, in a worker thread.
import { type FieldSelection, type KubeObject, objectAt, ownersOf, resourceAt, resourceOfKind, selectFields, textAt } from '@registree/kube'
import { ANCHOR_FIELDS, type Anchor, type AnchorKind, anchorsOf, type KeyRevisions } from '@registree/kube/clock'
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

/** What some values tell, as it travels: what they have in common is sent once. */
export interface ToldValues {
  /** `again` where a value has too many elements to be opened among others. */
  values: (Omit<ToldValue, 'anchors'> | 'again')[]
  /** How many anchors each value has. */
  anchors: Uint8Array<ArrayBuffer>
  /** Of each anchor: revision, instant, resolution; and its kind and source by their places below. */
  numbers: Float64Array<ArrayBuffer>
  names: Uint32Array<ArrayBuffer>
  kinds: AnchorKind[]
  sources: string[]
}

export function tellValues(
  { cluster, policy, page, paths, numbers }: TellJob,
  context: JobContext,
): { output: ToldValues; transfer: ArrayBuffer[] } {
  const opener = { decryptor: decryptorFor(policy, context.decryptorOf(cluster)), masking: policy }
  const told: (ToldValue | 'again')[] = []
  for (const kv of unpackPage(page)) {
    const i = told.length
    const path = paths[i] as string
    const opened = openStored(opener, kv, toldFields(path), { maxElements: ELEMENTS_ON_THE_SPOT })
    const [createRevision = 0n, modRevision = 0n, version = 0n] = numbers.subarray(3 * i, 3 * i + 3)
    told.push(opened.tooLarge ? 'again' : toldOf(path, opened, { createRevision, modRevision, version }))
  }
  const output = packTold(told)
  return { output, transfer: [output.anchors.buffer, output.numbers.buffer, output.names.buffer] }
}

function packTold(told: readonly (ToldValue | 'again')[]): ToldValues {
  const all = told.flatMap((each) => (each === 'again' ? [] : each.anchors))
  const [kinds, sources] = [new Places<AnchorKind>(), new Places<string>()]
  return {
    values: told.map((each) => (each === 'again' ? each : { object: each.object, state: each.state, beyond: each.beyond })),
    anchors: Uint8Array.from(told, (each) => (each === 'again' ? 0 : each.anchors.length)),
    numbers: Float64Array.from(all.flatMap(({ revision, instant, resolution }) => [Number(revision), instant, resolution])),
    names: Uint32Array.from(all.flatMap(({ kind, source }) => [kinds.of(kind), sources.of(source)])),
    kinds: kinds.items,
    sources: sources.items,
  }
}

/** What {@link tellValues} sent. */
export function unpackTold({ values, anchors, numbers, names, kinds, sources }: ToldValues): (ToldValue | 'again')[] {
  let at = 0
  return values.map((each, i) => {
    if (each === 'again') return each
    const own: Anchor[] = []
    for (let left = anchors[i] as number; left > 0; left--, at++) {
      own.push({
        revision: BigInt(numbers[3 * at] as number),
        instant: numbers[3 * at + 1] as number,
        resolution: numbers[3 * at + 2] as number,
        kind: kinds[names[2 * at] as number] as AnchorKind,
        source: sources[names[2 * at + 1] as number] as string,
      })
    }
    return { ...each, anchors: own }
  })
}

/** Each item once, in the order of their first. */
class Places<Item> {
  readonly items: Item[] = []
  readonly #places = new Map<Item, number>()

  of(item: Item): number {
    const known = this.#places.get(item)
    if (known !== undefined) return known
    const place = this.items.push(item) - 1
    this.#places.set(item, place)
    return place
  }
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
