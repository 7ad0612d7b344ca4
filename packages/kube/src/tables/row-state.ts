// The state of a table's object: the tone of its Status word, and for a pod its phase and trouble.

import type { Now } from '../summary/human-duration.ts'
import { type PodTrouble, podState } from '../summary/pod-state.ts'
import type { Tone } from '../summary/tone.ts'
import { textAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'

export interface RowState {
  /** Absent if the kind has no Status word; for an event the tone of its Type. */
  tone?: Tone
  phase?: string
  trouble?: PodTrouble[]
}

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
 * Computes the state.
 * @param status the cell of the Status column, if there is one
 * @param now what ages are relative to
 */
export function rowState(object: KubeObject, kind: string, status: string | undefined, now: Now): RowState {
  if (kind === 'Pod') {
    const { tone, phase, trouble } = podState(object, now)
    return { tone, phase, trouble }
  }
  if (kind === 'Event') return { tone: textAt(object, 'type') === 'Warning' ? 'warning' : 'muted' }
  if (status === undefined || status === '') return {}
  if (status === 'Unknown' || status === '<unknown>') return { tone: 'error' }
  if (GOOD.has(status)) return { tone: 'ok' }
  if (MOVING.has(status)) return { tone: status.includes('Disabled') || status === 'Released' ? 'warning' : 'progress' }
  return /^(NotReady|Failed|Lost|Denied|Error)/.test(status) ? { tone: 'error' } : { tone: 'muted' }
}
