// How an object of a table is doing: the tone of its Status word, and for a pod its phase and what is wrong with it.
import { objectsAt, textAt, valueAt } from '../summary/fields.ts'
import type { Tone } from '../summary/object-status.ts'
import { isOverdue, podStatus } from '../summary/pod-status.ts'
import type { KubeObject } from '../value.ts'

/** Why a person should look at a pod. */
export type PodTrouble = 'failed' | 'notReady' | 'restarting' | 'terminating' | 'pending'

export interface RowState {
  /** Absent where the kind has no Status word; of an event it is that of its Type. */
  tone?: Tone
  phase?: string
  trouble?: PodTrouble[]
}

/** A container that came back more than this long ago has settled. */
const RESTARTED_LATELY_MS = 3_600_000

const GOOD = new Set(['Active', 'Bound', 'Ready', 'Running', 'Available', 'Complete', 'Approved,Issued', 'Approved'])
const MOVING = new Set([
  'Pending',
  'Terminating',
  'Suspended',
  'Released',
  'Ready,SchedulingDisabled',
  'ContainerCreating',
  'PodInitializing',
])

/**
 * @param status the cell of the Status column, when there is one
 * @param now milliseconds since 1970
 */
export function rowState(object: KubeObject, kind: string, status: string | undefined, now: number): RowState {
  if (kind === 'Pod') return podState(object, now)
  if (kind === 'Event') return { tone: textAt(object, 'type') === 'Warning' ? 'warning' : 'muted' }
  if (status === undefined || status === '') return {}
  if (status === 'Unknown' || status === '<unknown>') return { tone: 'error' }
  if (GOOD.has(status)) return { tone: 'ok' }
  if (MOVING.has(status)) return { tone: status.includes('Disabled') || status === 'Released' ? 'warning' : 'progress' }
  return /^(NotReady|Failed|Lost|Denied|Error)/.test(status) ? { tone: 'error' } : { tone: 'muted' }
}

/** `terminating` is one that should be gone by now. A pod that is done is in no trouble; one that is being made is `pending` and not also `notReady`. */
function podState(pod: KubeObject, now: number): RowState {
  const { phase, status, ready, total, lastRestart } = podStatus(pod)
  const trouble: PodTrouble[] = []
  const done = phase === 'Succeeded' || phase === 'Failed'
  const backOff = [...objectsAt(pod, 'status', 'containerStatuses'), ...objectsAt(pod, 'status', 'initContainerStatuses')].some(
    (container) => textAt(container, 'state', 'waiting', 'reason') === 'CrashLoopBackOff',
  )
  const readyCondition = objectsAt(pod, 'status', 'conditions').find((condition) => textAt(condition, 'type') === 'Ready')
  const conditionFails = readyCondition !== undefined && valueAt(readyCondition, 'status') !== 'True'
  if (phase === 'Failed') trouble.push('failed')
  if (!done && phase !== 'Pending' && (ready < total || conditionFails)) trouble.push('notReady')
  if (backOff || (!done && lastRestart !== '' && now - Date.parse(lastRestart) < RESTARTED_LATELY_MS)) trouble.push('restarting')
  if (isOverdue(pod, now)) trouble.push('terminating')
  if (phase === 'Pending') trouble.push('pending')
  return { tone: podTone(status, trouble, done), phase, trouble }
}

const WAITING = /^(Pending|ContainerCreating|PodInitializing|Terminating|SchedulingGated|Init:\d+\/\d+)$/

function podTone(status: string, trouble: readonly PodTrouble[], done: boolean): Tone {
  if (status === 'Running') return trouble.includes('notReady') ? 'warning' : 'ok'
  if (status === 'Completed' || status === 'Succeeded') return 'muted'
  if (WAITING.test(status)) return trouble.includes('terminating') ? 'warning' : 'progress'
  return done && trouble.length === 0 ? 'muted' : 'error'
}
