// The state of a pod: kubectl's word, its trouble, and the tone of both.

import { objectsAt, textAt, valueAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import type { Now } from './human-duration.ts'
import { isOverdue, type PodStatus, podStatus } from './pod-status.ts'
import type { Tone } from './tone.ts'

/** Why a pod needs attention. */
export type PodTrouble = 'failed' | 'notReady' | 'restarting' | 'terminating' | 'pending'

export interface PodState extends PodStatus {
  tone: Tone
  trouble: PodTrouble[]
}

/** A container that restarted longer ago has settled. */
const RESTARTED_LATELY_MS = 3_600_000

/**
 * `terminating` is a pod that should be gone by now. A finished pod is in no trouble; one that is being created is `pending` and not also `notReady`.
 * If no age is known, restarts and deletions do not count as trouble.
 */
export function podState(pod: KubeObject, now: Now): PodState {
  const said = podStatus(pod)
  const { phase, ready, total, lastRestart } = said
  const trouble: PodTrouble[] = []
  const done = phase === 'Succeeded' || phase === 'Failed'
  const backOff = [...objectsAt(pod, 'status', 'containerStatuses'), ...objectsAt(pod, 'status', 'initContainerStatuses')].some(
    (container) => textAt(container, 'state', 'waiting', 'reason') === 'CrashLoopBackOff',
  )
  const readyCondition = objectsAt(pod, 'status', 'conditions').find((condition) => textAt(condition, 'type') === 'Ready')
  const conditionFails = readyCondition !== undefined && valueAt(readyCondition, 'status') !== 'True'
  if (phase === 'Failed') trouble.push('failed')
  if (!done && phase !== 'Pending' && (ready < total || conditionFails)) trouble.push('notReady')
  if (backOff || (!done && lastRestart !== '' && now !== null && now - Date.parse(lastRestart) < RESTARTED_LATELY_MS))
    trouble.push('restarting')
  if (isOverdue(pod, now)) trouble.push('terminating')
  if (phase === 'Pending') trouble.push('pending')
  return { ...said, tone: podTone(said.status, trouble, done), trouble }
}

const WAITING = /^(Pending|ContainerCreating|PodInitializing|Terminating|SchedulingGated|Init:\d+\/\d+)$/

function podTone(status: string, trouble: readonly PodTrouble[], done: boolean): Tone {
  if (status === 'Running') return trouble.includes('notReady') ? 'warning' : 'ok'
  if (status === 'Completed' || status === 'Succeeded') return 'muted'
  if (WAITING.test(status)) return trouble.includes('terminating') ? 'warning' : 'progress'
  // Neither word means failure: one pod has not been handled yet, and some containers of the other have completed.
  if (status === '' || status === 'NotReady') return 'warning'
  return done && trouble.length === 0 ? 'muted' : 'error'
}
