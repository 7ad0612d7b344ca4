// Finds changes that a reader rarely asks for, by their paths.
import type { KubeValue } from '../value/value.ts'
import type { NoiseReason } from './types.ts'

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const LEADER = 'control-plane.alpha.kubernetes.io/leader'
const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time'

/** Why a change of a member is noise; undefined if it is not. The reason holds for everything inside the member. */
export function noiseAt(kind: string, names: readonly string[]): NoiseReason | undefined {
  const last = names.at(-1)
  switch (names[0]) {
    case 'metadata':
      if (names.length === 2) {
        if (last === 'managedFields') return 'managed-fields'
        if (last === 'resourceVersion') return 'resource-version'
        if (last === 'generation') return 'generation'
      } else if (names.length === 3 && names[1] === 'annotations') {
        if (last === LAST_APPLIED) return 'last-applied'
        if (last === TRIGGER_TIME) return 'trigger-time'
      }
      return undefined
    case 'spec':
      return kind === 'Lease' && names.length === 2 && last === 'renewTime' ? 'renew-time' : undefined
    case 'status':
      if (last === 'observedGeneration') return 'generation'
      if (names.at(-2) === 'conditions') {
        if (last === 'lastHeartbeatTime') return 'heartbeat'
        if (last === 'lastProbeTime') return 'probe-time'
      }
      return undefined
    default:
      return undefined
  }
}

/** Whether the member is compared as a whole: a list of field names has no changes that are worth reading. */
export function isComparedWhole(names: readonly string[]): boolean {
  return names.length === 3 && names[0] === 'metadata' && names[1] === 'managedFields' && (names[2] === 'fieldsV1' || names[2] === 'fields')
}

/** An older leader election keeps its record as JSON in an annotation. It is noise while only the time of renewal changes. */
export function isRenewal(names: readonly string[], left: KubeValue, right: KubeValue): boolean {
  if (names.length !== 3 || names[1] !== 'annotations' || names[2] !== LEADER) return false
  if (typeof left !== 'string' || typeof right !== 'string') return false
  const withoutTime = (text: string) => text.replace(/"renewTime"\s*:\s*"[^"]*"/, '')
  return withoutTime(left) === withoutTime(right)
}
