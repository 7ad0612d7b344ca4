// kubectl's STATUS, READY, RESTARTS and READINESS GATES columns of a pod: printPod of kubernetes/pkg/printers/internalversion/printers.go, with
// sidecars (restartable init containers) and scheduling gates.

import { integerAt, objectAt, objectsAt, textAt, valueAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { agoInWords, type Now } from './human-duration.ts'

export interface PodStatus {
  /** The STATUS column: `Running`, `Init:0/1`, `CrashLoopBackOff`, `Terminating` … Empty if the pod has no status. */
  status: string
  phase: string
  /** The READY column is `${ready}/${total}`; running sidecars count in both. */
  ready: number
  total: number
  restarts: number
  /** RFC 3339 time of the last restart counted in `restarts`; empty if none is recorded. */
  lastRestart: string
  /** True gates and total; `total` 0 prints as `<none>`. */
  readinessGates: { ready: number; total: number }
}

/**
 * The init containers up to the first unfinished one: its state is the pod's `reason`, null if there is none. Sidecars keep running, and ready ones
 * count.
 */
function initContainers(statuses: KubeObject[], sidecars: ReadonlySet<string>, count: number) {
  const all = new Restarts()
  const ofSidecars = new Restarts()
  let ready = 0
  for (const [index, container] of statuses.entries()) {
    const sidecar = sidecars.has(textAt(container, 'name'))
    all.add(container)
    if (sidecar) ofSidecars.add(container)
    const terminated = objectAt(container, 'state', 'terminated')
    if (terminated && (integerAt(terminated, 'exitCode') ?? 0) === 0) continue
    if (sidecar && valueAt(container, 'started') === true) {
      if (valueAt(container, 'ready') === true) ready++
      continue
    }
    const waiting = textAt(container, 'state', 'waiting', 'reason')
    const why = terminated ? exitReason(terminated) : waiting !== '' && waiting !== 'PodInitializing' ? waiting : `${index}/${count}`
    return { all, ofSidecars, ready, reason: `Init:${why}` }
  }
  return { all, ofSidecars, ready, reason: null }
}

/** The pod's status in kubectl's words. Never throws: members of a wrong type count as absent. */
export function podStatus(pod: KubeObject): PodStatus {
  const spec = objectAt(pod, 'spec')
  const status = objectAt(pod, 'status')
  const conditions = objectsAt(status, 'conditions')
  const phase = textAt(status, 'phase')
  let reason = textAt(status, 'reason') || phase
  if (conditions.some((c) => textAt(c, 'type') === 'PodScheduled' && textAt(c, 'reason') === 'SchedulingGated')) reason = 'SchedulingGated'

  const initSpecs = objectsAt(spec, 'initContainers')
  const sidecars = new Set(initSpecs.filter((c) => textAt(c, 'restartPolicy') === 'Always').map((c) => textAt(c, 'name')))
  const total = objectsAt(spec, 'containers').length + initSpecs.filter((c) => textAt(c, 'restartPolicy') === 'Always').length
  const initial = initContainers(objectsAt(status, 'initContainerStatuses'), sidecars, initSpecs.length)
  let { ready } = initial
  reason = initial.reason ?? reason

  let restarts = initial.all
  if (initial.reason === null || hasCondition(conditions, 'Initialized')) {
    restarts = initial.ofSidecars
    let running = false
    let failure = ''
    for (const container of objectsAt(status, 'containerStatuses').reverse()) {
      restarts.add(container)
      const waiting = textAt(container, 'state', 'waiting', 'reason')
      const terminated = objectAt(container, 'state', 'terminated')
      if (waiting !== '') reason = waiting
      else if (terminated) {
        reason = exitReason(terminated)
        if ((integerAt(terminated, 'exitCode') ?? 0) !== 0) failure = reason
      } else if (valueAt(container, 'ready') === true && objectAt(container, 'state', 'running')) {
        running = true
        ready++
      }
    }
    // The first container has completed; the others may still run, or have failed.
    if (reason === 'Completed') {
      if (running && hasCondition(conditions, 'Ready')) reason = 'Running'
      else if (failure !== '') reason = failure
      else if (running) reason = 'NotReady'
    }
  }

  if (textAt(pod, 'metadata', 'deletionTimestamp') !== '') {
    if (textAt(status, 'reason') === 'NodeLost') reason = 'Unknown'
    else if (phase !== 'Succeeded' && phase !== 'Failed') reason = 'Terminating'
  }
  const gates = objectsAt(spec, 'readinessGates').map((gate) => textAt(gate, 'conditionType'))
  const open = new Map<string, boolean>()
  for (const condition of conditions) {
    const type = textAt(condition, 'type')
    // The first condition of a type decides, as in kubectl.
    if (!open.has(type)) open.set(type, textAt(condition, 'status') === 'True')
  }
  return {
    status: reason,
    phase,
    ready,
    total,
    restarts: restarts.count,
    lastRestart: restarts.last,
    readinessGates: { ready: gates.filter((gate) => open.get(gate) === true).length, total: gates.length },
  }
}

/** How long after its grace period a pod may still exist: the kubelet needs a moment, a finalizer or a lost node needs longer. */
const OVERDUE_MS = 60_000

/** Whether a pod should be gone by `now`; false if no age is known. The API server stores the end of the grace period, not its start. */
export function isOverdue(pod: KubeObject, now: Now): boolean {
  return now !== null && now - Date.parse(textAt(pod, 'metadata', 'deletionTimestamp')) >= OVERDUE_MS
}

/** The RESTARTS column: `0`, `3`, `3 (5m12s ago)`. */
export function restartsText(status: Pick<PodStatus, 'restarts' | 'lastRestart'>, now: Now): string {
  if (status.restarts === 0 || status.lastRestart === '') return String(status.restarts)
  return `${status.restarts} (${agoInWords(status.lastRestart, now)})`
}

class Restarts {
  count = 0
  last = ''
  add(container: KubeObject): void {
    this.count += integerAt(container, 'restartCount') ?? 0
    const finished = textAt(container, 'lastState', 'terminated', 'finishedAt')
    const time = Date.parse(finished)
    if (!Number.isNaN(time) && (this.last === '' || time > Date.parse(this.last))) this.last = finished
  }
}

/** How a container ended: its reason, else the signal, else the exit code. */
function exitReason(terminated: KubeObject): string {
  const reason = textAt(terminated, 'reason')
  if (reason !== '') return reason
  const signal = integerAt(terminated, 'signal') ?? 0
  return signal !== 0 ? `Signal:${signal}` : `ExitCode:${integerAt(terminated, 'exitCode') ?? 0}`
}

/** The first condition of that type decides, as in kubectl. */
function hasCondition(conditions: KubeObject[], type: string): boolean {
  const found = conditions.find((condition) => textAt(condition, 'type') === type)
  return found !== undefined && textAt(found, 'status') === 'True'
}
