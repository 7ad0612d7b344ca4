// Which pods are in trouble, grouped by owner and state: 500 pods of a bad release are one thing to look at.
import { containerStories, endedHow } from '../related/container-stories.ts'
import { type PodMessage, storedText } from '../related/messages.ts'
import type { Now } from '../summary/human-duration.ts'
import { type PodTrouble, podState } from '../summary/pod-state.ts'
import type { Tone } from '../summary/tone.ts'
import { objectsAt, textAt, valueAt } from '../value/fields.ts'
import type { KubeObject, KubePath } from '../value/value.ts'

/** The fields read of a pod. */
export const POD_TROUBLE_FIELDS: readonly KubePath[] = [
  '.metadata.deletionTimestamp',
  '.metadata.ownerReferences',
  '.spec.nodeName',
  '.spec.restartPolicy',
  '.spec.containers',
  '.spec.initContainers',
  '.spec.ephemeralContainers',
  '.spec.readinessGates',
  '.status',
]

/** Pods of one owner in one state, represented by the first. */
export interface PodGroup {
  key: Uint8Array
  namespace: string
  name: string
  /** `ReplicaSet web-6b6ff5dc75`; empty for pods without an owner, which are separate groups. */
  owner: string
  /** kubectl's STATUS. */
  status: string
  tone: Tone
  count: number
  /** Number of pods on silent nodes: their state is their kubelet's last report. */
  unheard: number
  restarts: number
  /** Why, as far as the pod tells; empty where it does not. */
  says: PodMessage[]
}

/** More groups than this are only counted. */
const MOST_GROUPS = 1000

type Counted = Omit<PodGroup, 'unheard'> & {
  /** Number of its pods on each node. */
  perNode: Map<string, number>
}

export class PodTroubles {
  readonly #now: Now
  readonly #groups = new Map<string, Counted>()
  readonly #perNode = new Map<string, number>()
  readonly troubles: Record<PodTrouble, number> = { failed: 0, notReady: 0, restarting: 0, terminating: 0, pending: 0 }
  total = 0
  /** Number of pods without trouble. */
  well = 0

  constructor(now: Now) {
    this.#now = now
  }

  see({ key, namespace, name, object }: { key: Uint8Array; namespace: string; name: string; object: KubeObject }): void {
    this.total += 1
    const node = textAt(object, 'spec', 'nodeName')
    if (node !== '') this.#perNode.set(node, (this.#perNode.get(node) ?? 0) + 1)
    const { trouble, tone, status, restarts } = podState(object, this.#now)
    for (const one of trouble) this.troubles[one] += 1
    if (trouble.length === 0) this.well += 1
    // The deletion of a pod is handled elsewhere.
    if (trouble.length === 0 || textAt(object, 'metadata', 'deletionTimestamp') !== '') return
    const owner = ownerOf(object)
    const id = JSON.stringify([namespace, owner === '' ? name : owner, status])
    const group = this.#groups.get(id)
    if (group !== undefined) {
      group.count += 1
      group.restarts += restarts
      group.perNode.set(node, (group.perNode.get(node) ?? 0) + 1)
    } else if (this.#groups.size < MOST_GROUPS) {
      this.#groups.set(id, {
        key,
        namespace,
        name,
        owner,
        status,
        tone,
        count: 1,
        restarts,
        says: reasonOf(object),
        perNode: new Map([[node, 1]]),
      })
    }
  }

  podsOn(node: string): number {
    return this.#perNode.get(node) ?? 0
  }

  /**
   * The worst first, then those on reporting nodes, then the largest. Pods on a silent node being not ready is the node's problem; a container that
   * kept crashing was seen by its kubelet before, and stays.
   * @param silent nodes that do not report
   */
  groups(silent: ReadonlySet<string>): PodGroup[] {
    return [...this.#groups.values()]
      .map(({ perNode, ...group }) => {
        const unheard = sumOf(perNode, silent)
        const stays = group.tone === 'error' && group.status !== 'Unknown'
        return stays ? { ...group, unheard } : { ...group, count: group.count - unheard, unheard: 0 }
      })
      .filter(({ count }) => count > 0)
      .sort((a, b) => badness(b.tone) - badness(a.tone) || b.count - b.unheard - (a.count - a.unheard) || b.count - a.count)
  }
}

function sumOf(perNode: ReadonlyMap<string, number>, nodes: ReadonlySet<string>): number {
  let sum = 0
  for (const [node, count] of perNode) if (nodes.has(node)) sum += count
  return sum
}

function badness(tone: Tone): number {
  return tone === 'error' ? 2 : tone === 'warning' ? 1 : 0
}

function ownerOf(pod: KubeObject): string {
  const owners = objectsAt(pod, 'metadata', 'ownerReferences')
  const controller = owners.find((owner) => valueAt(owner, 'controller') === true) ?? owners[0]
  return controller === undefined ? '' : `${textAt(controller, 'kind')} ${textAt(controller, 'name')}`
}

/** From the first unhealthy container; else the condition that keeps the pod from being ready. */
function reasonOf(pod: KubeObject): PodMessage[] {
  const stories = containerStories(pod)
  const bad = stories.find(({ state }) => state.tone === 'error') ?? stories.find(({ state }) => state.tone === 'warning')
  const unscheduled = objectsAt(pod, 'status', 'conditions').find(
    (condition) => textAt(condition, 'type') === 'PodScheduled' && textAt(condition, 'status') === 'False',
  )
  if (unscheduled !== undefined) return storedText(textAt(unscheduled, 'message') || textAt(unscheduled, 'reason'))
  if (bad !== undefined) {
    const { name, state, lastEnd, says } = bad
    const why = lastEnd !== null && state.tone === 'error' ? [endedHow(lastEnd, 'last-run-ended')] : says.slice(0, 1)
    return [{ code: 'container-state', params: { container: name, state: [state.says] } }, ...why]
  }
  return storedText(textAt(pod, 'status', 'message') || textAt(pod, 'status', 'reason'))
}
