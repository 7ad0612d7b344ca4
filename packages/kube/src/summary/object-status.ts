// The state of an object of a known kind in words, and the few facts that usually matter next.
import { decodeRangeAllocation } from '../ranges/range-allocation.ts'
import { integerAt, objectAt, objectsAt, textAt, textsAt, valueAt } from '../value/fields.ts'
import type { ProblemMessage } from '../value/problem-messages.ts'
import type { KubeObject, KubeValue } from '../value/value.ts'
import { eventFacts } from './event-facts.ts'
import { type Now, whenOf } from './human-duration.ts'
import { type PodState, podState } from './pod-state.ts'
import { type FactLabel, plain, type StateMessage, word } from './state-messages.ts'
import type { Tone } from './tone.ts'

export interface StatusInWords {
  says: StateMessage | ProblemMessage
  tone: Tone
}

export interface Fact {
  label: FactLabel
  /** What is stored, or a message. */
  value: string | StateMessage
}

export interface ObjectStatus {
  /** Null if the kind has no status (a ConfigMap, a Role). */
  status: StatusInWords | null
  facts: Fact[]
}

type Describe = (object: KubeObject, now: Now) => ObjectStatus

/** Status and facts by kind; an unknown kind is judged by its conditions or phase, as most custom resources have them. */
export function objectStatus(object: KubeObject, now: Now): ObjectStatus {
  const kind = textAt(object, 'kind')
  const apiVersion = textAt(object, 'apiVersion')
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  // A custom resource may be named Service or Job too: its members mean something else.
  const builtIn = group === '' || !group.includes('.') || group.endsWith('.k8s.io')
  const describe = builtIn && Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined
  return describe ? describe(object, now) : { status: byConditions(object), facts: [] }
}

/** A text is a word of Kubernetes' own, or what is stored. */
const says = (text: string | StateMessage | ProblemMessage, tone: Tone): StatusInWords => ({
  says: typeof text === 'string' ? word(text) : text,
  tone,
})

/** Facts with a value. */
function facts(...pairs: [FactLabel, string | StateMessage][]): Fact[] {
  return pairs.filter(([, value]) => value !== '').map(([label, value]) => ({ label, value }))
}

function condition(object: KubeObject, type: string): { status: string; reason: string; message: string } | null {
  const found = objectsAt(object, 'status', 'conditions').find((one) => textAt(one, 'type') === type)
  return found ? { status: textAt(found, 'status'), reason: textAt(found, 'reason'), message: textAt(found, 'message') } : null
}

/** The first reason that is given; `none` if none is. */
function because(...reasons: string[]): { why: string } {
  return { why: reasons.find((one) => one !== '') ?? 'none' }
}

/** kubectl's word, and why it is marked if the word does not tell it. */
function podWords({ status, tone, trouble, restarts }: PodState): StateMessage {
  if (status === '') return plain('status-none')
  if (tone === 'ok' && trouble.includes('restarting')) return { code: 'pod-restarted', params: { status, restarts } }
  if (tone !== 'warning') return word(status)
  return status === 'Running' ? plain('running-not-ready-yet') : status === 'Terminating' ? plain('terminating-overdue') : word(status)
}

function pod(object: KubeObject, now: Now): ObjectStatus {
  const state = podState(object, now)
  const { ready, total, restarts, lastRestart, readinessGates } = state
  const unscheduled = condition(object, 'PodScheduled')
  return {
    // A container that ended within the last hour may end again.
    status: says(podWords(state), state.tone === 'ok' && state.trouble.includes('restarting') ? 'warning' : state.tone),
    facts: facts(
      ['fact-ready', `${ready}/${total}`],
      [
        'fact-restarts',
        lastRestart === '' || restarts === 0
          ? String(restarts)
          : { code: 'restarts-ago', params: { restarts, ...whenOf(lastRestart, now) } },
      ],
      ['fact-node', textAt(object, 'spec', 'nodeName')],
      ['fact-pod-ip', textAt(object, 'status', 'podIP')],
      ['fact-readiness-gates', readinessGates.total === 0 ? '' : `${readinessGates.ready}/${readinessGates.total}`],
      ['fact-why', textAt(object, 'status', 'message') || (unscheduled?.status === 'False' ? unscheduled.message : '')],
    ),
  }
}

/** The controller has not seen the newest spec: its counts are for an older one. */
function stale(object: KubeObject): StatusInWords | null {
  const generation = integerAt(object, 'metadata', 'generation') ?? 0
  const observed = integerAt(object, 'status', 'observedGeneration')
  return observed !== undefined && observed < generation ? says(plain('spec-unseen'), 'progress') : null
}

function replicas(wanted: number, ready: number, state: 'available' | 'ready'): StatusInWords {
  if (wanted === 0)
    return ready === 0 ? says(plain('scaled-to-zero'), 'muted') : says({ code: 'scaling-to-zero', params: { n: ready, state } }, 'progress')
  return says({ code: 'of-wanted', params: { n: ready, wanted, state } }, ready >= wanted ? 'ok' : ready === 0 ? 'error' : 'warning')
}

const images = (object: KubeObject): string =>
  objectsAt(object, 'spec', 'template', 'spec', 'containers')
    .map((container) => textAt(container, 'image'))
    .filter((image) => image !== '')
    .join(', ')

function deployment(object: KubeObject): ObjectStatus {
  const wanted = integerAt(object, 'spec', 'replicas') ?? 1
  const of = (name: string) => integerAt(object, 'status', name) ?? 0
  const [updated, total, available] = [of('updatedReplicas'), of('replicas'), of('availableReplicas')]
  const progressing = condition(object, 'Progressing')
  const status = (): StatusInWords => {
    if (progressing?.reason === 'ProgressDeadlineExceeded')
      return says({ code: 'rollout-deadline', params: { n: available, wanted } }, 'error')
    if (valueAt(object, 'spec', 'paused') === true) return says({ code: 'rollout-paused', params: { n: available, wanted } }, 'warning')
    const old = stale(object)
    if (old) return old
    if (updated < wanted)
      return says({ code: 'rollout-updated', params: { updated, wanted, n: available, state: 'available' } }, 'progress')
    if (total > updated) return says({ code: 'rollout-old', params: { n: total - updated } }, 'progress')
    return replicas(wanted, available, 'available')
  }
  return { status: status(), facts: facts(['fact-strategy', textAt(object, 'spec', 'strategy', 'type')], ['fact-images', images(object)]) }
}

function replicaSet(object: KubeObject): ObjectStatus {
  const wanted = integerAt(object, 'spec', 'replicas') ?? 1
  return {
    status: stale(object) ?? replicas(wanted, integerAt(object, 'status', 'readyReplicas') ?? 0, 'ready'),
    facts: facts(['fact-images', images(object)]),
  }
}

function statefulSet(object: KubeObject): ObjectStatus {
  const wanted = integerAt(object, 'spec', 'replicas') ?? 1
  const [current, update] = [textAt(object, 'status', 'currentRevision'), textAt(object, 'status', 'updateRevision')]
  const updated = integerAt(object, 'status', 'updatedReplicas') ?? 0
  const rolling = current !== update && update !== '' && updated < wanted && textAt(object, 'spec', 'updateStrategy', 'type') !== 'OnDelete'
  const ready = integerAt(object, 'status', 'readyReplicas') ?? 0
  return {
    status:
      stale(object) ??
      (rolling
        ? says({ code: 'rollout-updated', params: { updated, wanted, n: ready, state: 'ready' } }, 'progress')
        : replicas(wanted, ready, 'ready')),
    facts: facts(['fact-service', textAt(object, 'spec', 'serviceName')], ['fact-images', images(object)]),
  }
}

function daemonSet(object: KubeObject): ObjectStatus {
  const of = (name: string) => integerAt(object, 'status', name) ?? 0
  const wanted = of('desiredNumberScheduled')
  const updated = integerAt(object, 'status', 'updatedNumberScheduled')
  const status = (): StatusInWords => {
    const old = stale(object)
    if (old) return old
    if (wanted === 0) return says(plain('node-none'), 'muted')
    if (updated !== undefined && updated < wanted && textAt(object, 'spec', 'updateStrategy', 'type') === 'RollingUpdate') {
      return says({ code: 'rollout-nodes', params: { updated, wanted, n: of('numberReady') } }, 'progress')
    }
    return replicas(wanted, of('numberReady'), 'ready')
  }
  const strayed = of('numberMisscheduled')
  return { status: status(), facts: facts(['fact-misscheduled', strayed === 0 ? '' : String(strayed)], ['fact-images', images(object)]) }
}

function job(object: KubeObject, now: Now): ObjectStatus {
  const of = (name: string) => integerAt(object, 'status', name) ?? 0
  const failed = condition(object, 'Failed')
  const status = (): StatusInWords => {
    if (condition(object, 'Complete')?.status === 'True') return says('Complete', 'ok')
    if (failed?.status === 'True') return says({ code: 'failed-because', params: because(failed.reason) }, 'error')
    if (condition(object, 'Suspended')?.status === 'True' || valueAt(object, 'spec', 'suspend') === true)
      return says(plain('suspended'), 'muted')
    const wanted = integerAt(object, 'spec', 'completions')
    const counts = { active: of('active'), succeeded: of('succeeded') }
    return says(
      wanted === undefined ? { code: 'job-counts', params: counts } : { code: 'job-counts-of', params: { ...counts, wanted } },
      'progress',
    )
  }
  const started = textAt(object, 'status', 'startTime')
  return {
    status: status(),
    facts: facts(
      ['fact-failed-pods', of('failed') === 0 ? '' : String(of('failed'))],
      ['fact-started', started === '' ? '' : { code: 'moment-ago', params: whenOf(started, now) }],
      ['fact-why', failed?.message ?? ''],
      ['fact-images', images(object)],
    ),
  }
}

function cronJob(object: KubeObject, now: Now): ObjectStatus {
  const last = textAt(object, 'status', 'lastScheduleTime')
  const active = objectsAt(object, 'status', 'active').length
  return {
    status:
      valueAt(object, 'spec', 'suspend') === true
        ? says(plain('suspended'), 'muted')
        : says(
            active > 0
              ? { code: 'jobs-active', params: { n: active } }
              : last === ''
                ? plain('never-ran')
                : { code: 'last-ran', params: whenOf(last, now) },
            active > 0 ? 'progress' : 'ok',
          ),
    facts: facts(['fact-schedule', textAt(object, 'spec', 'schedule')], ['fact-time-zone', textAt(object, 'spec', 'timeZone')]),
  }
}

const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable', 'OutOfDisk']

function node(object: KubeObject): ObjectStatus {
  const ready = condition(object, 'Ready')
  // As in kubectl: no Ready condition is Unknown, any but True is NotReady.
  const words = [ready === null ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady']
  const pressures = PRESSURES.filter((type) => condition(object, type)?.status === 'True')
  words.push(...pressures)
  const cordoned = valueAt(object, 'spec', 'unschedulable') === true
  if (cordoned) words.push('SchedulingDisabled')
  const address = (type: string) =>
    objectsAt(object, 'status', 'addresses')
      .filter((one) => textAt(one, 'type') === type)
      .map((one) => textAt(one, 'address'))
      .join(', ')
  return {
    status: says(words.join(','), ready?.status !== 'True' ? 'error' : pressures.length > 0 || cordoned ? 'warning' : 'ok'),
    facts: facts(
      ['fact-why', ready !== null && ready.status !== 'True' ? ready.message || ready.reason : ''],
      ['fact-internal-ip', address('InternalIP')],
      ['fact-external-ip', address('ExternalIP')],
      ['fact-pod-cidr', textsAt(object, 'spec', 'podCIDRs').join(', ') || textAt(object, 'spec', 'podCIDR')],
      ['fact-kubelet', textAt(object, 'status', 'nodeInfo', 'kubeletVersion')],
      ['fact-os', textAt(object, 'status', 'nodeInfo', 'osImage')],
      ['fact-container-runtime', textAt(object, 'status', 'nodeInfo', 'containerRuntimeVersion')],
      [
        'fact-taints',
        objectsAt(object, 'spec', 'taints')
          .map((taint) => `${textAt(taint, 'key')}:${textAt(taint, 'effect')}`)
          .join(', '),
      ],
    ),
  }
}

const PHASES: Record<string, Tone> = {
  Active: 'ok',
  Bound: 'ok',
  Available: 'ok',
  Ready: 'ok',
  Running: 'ok',
  Succeeded: 'ok',
  Healthy: 'ok',
  Pending: 'progress',
  Terminating: 'progress',
  Progressing: 'progress',
  Released: 'warning',
  Unknown: 'warning',
  Degraded: 'warning',
  Lost: 'error',
  Failed: 'error',
  Error: 'error',
}

function phase(object: KubeObject): StatusInWords | null {
  const text = textAt(object, 'status', 'phase')
  return text === '' ? null : says(text, Object.hasOwn(PHASES, text) ? (PHASES[text] ?? 'muted') : 'muted')
}

function claim(object: KubeObject): ObjectStatus {
  return {
    status: phase(object),
    facts: facts(
      ['fact-volume', textAt(object, 'spec', 'volumeName')],
      ['fact-capacity', textAt(object, 'status', 'capacity', 'storage')],
      ['fact-requested', textAt(object, 'spec', 'resources', 'requests', 'storage')],
      ['fact-access-modes', textsAt(object, 'spec', 'accessModes').join(', ')],
      ['fact-storage-class', textAt(object, 'spec', 'storageClassName')],
    ),
  }
}

function volume(object: KubeObject): ObjectStatus {
  const claimRef = objectAt(object, 'spec', 'claimRef')
  return {
    status: phase(object),
    facts: facts(
      ['fact-claim', claimRef ? `${textAt(claimRef, 'namespace')}/${textAt(claimRef, 'name')}` : ''],
      ['fact-capacity', textAt(object, 'spec', 'capacity', 'storage')],
      ['fact-access-modes', textsAt(object, 'spec', 'accessModes').join(', ')],
      ['fact-reclaim-policy', textAt(object, 'spec', 'persistentVolumeReclaimPolicy')],
      ['fact-storage-class', textAt(object, 'spec', 'storageClassName')],
      ['fact-why', textAt(object, 'status', 'message')],
    ),
  }
}

const loadBalancers = (object: KubeObject): string =>
  objectsAt(object, 'status', 'loadBalancer', 'ingress')
    .map((one) => textAt(one, 'ip') || textAt(one, 'hostname'))
    .filter((address) => address !== '')
    .join(', ')

function service(object: KubeObject): ObjectStatus {
  const type = textAt(object, 'spec', 'type') || 'ClusterIP'
  const address = textsAt(object, 'spec', 'clusterIPs').join(', ') || textAt(object, 'spec', 'clusterIP')
  const outside = loadBalancers(object)
  const ports = objectsAt(object, 'spec', 'ports').map((port) => {
    const nodePort = integerAt(port, 'nodePort') ?? 0
    return `${integerAt(port, 'port') ?? '?'}${nodePort === 0 ? '' : `:${nodePort}`}/${textAt(port, 'protocol') || 'TCP'}`
  })
  const status = (): StatusInWords => {
    if (type === 'ExternalName') return says({ code: 'alias-of', params: { name: textAt(object, 'spec', 'externalName') } }, 'ok')
    if (address === 'None') return says(plain('headless'), 'ok')
    if (type !== 'LoadBalancer') return says(type, 'ok')
    return outside === '' ? says(plain('balancer-waits'), 'progress') : says({ code: 'balancer-at', params: { addresses: outside } }, 'ok')
  }
  return {
    status: status(),
    facts: facts(
      ['fact-cluster-ip', address],
      ['fact-external-ips', textsAt(object, 'spec', 'externalIPs').join(', ')],
      ['fact-ports', ports.join(', ')],
      ['fact-selector', pairs(objectAt(object, 'spec', 'selector'))],
    ),
  }
}

function pairs(object: KubeObject | undefined): string {
  return Object.entries(object ?? {})
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(', ')
}

function ingress(object: KubeObject): ObjectStatus {
  const outside = loadBalancers(object)
  const hosts = objectsAt(object, 'spec', 'rules').map((rule) => textAt(rule, 'host') || '*')
  return {
    status: outside === '' ? says(plain('address-none'), 'progress') : says({ code: 'at-addresses', params: { addresses: outside } }, 'ok'),
    facts: facts(['fact-hosts', [...new Set(hosts)].join(', ')], ['fact-class', textAt(object, 'spec', 'ingressClassName')]),
  }
}

function customResourceDefinition(object: KubeObject): ObjectStatus {
  const names = condition(object, 'NamesAccepted')
  const established = condition(object, 'Established')
  const versions = objectsAt(object, 'spec', 'versions').map(
    (one) =>
      `${textAt(one, 'name')}${valueAt(one, 'storage') === true ? ' (stored)' : ''}${valueAt(one, 'served') === false ? ' (not served)' : ''}`,
  )
  const status = (): StatusInWords => {
    if (names?.status === 'False') return says({ code: 'names-refused', params: because(names.message, names.reason) }, 'error')
    if (established?.status === 'True') return says('Established', 'ok')
    return says(
      established ? { code: 'not-established', params: because(established.message, established.reason) } : plain('not-established-yet'),
      'progress',
    )
  }
  return {
    status: status(),
    facts: facts(
      ['fact-group', textAt(object, 'spec', 'group')],
      ['fact-kind', textAt(object, 'spec', 'names', 'kind')],
      ['fact-scope', textAt(object, 'spec', 'scope')],
      ['fact-versions', versions.join(', ') || textAt(object, 'spec', 'version')],
      ['fact-stored-versions', textsAt(object, 'status', 'storedVersions').join(', ')],
    ),
  }
}

function apiService(object: KubeObject): ObjectStatus {
  const available = condition(object, 'Available')
  const served = objectAt(object, 'spec', 'service')
  return {
    status:
      available?.status === 'True'
        ? says('Available', 'ok')
        : says(
            available ? { code: 'not-available', params: because(available.message, available.reason) } : plain('availability-unknown'),
            available ? 'error' : 'progress',
          ),
    facts: facts([
      'fact-served-by',
      served
        ? { code: 'served-by-service', params: { service: `${textAt(served, 'namespace')}/${textAt(served, 'name')}` } }
        : plain('served-by-itself'),
    ]),
  }
}

function event(object: KubeObject, now: Now): ObjectStatus {
  const { type, reason, message, count: times, last, from, about } = eventFacts(object)
  const place = [about.namespace, about.name].filter((part) => part !== '').join('/')
  return {
    status: says(reason || type || 'Event', type === 'Warning' ? 'warning' : 'ok'),
    facts: facts(
      ['fact-message', message],
      ['fact-about', `${about.kind} ${place}`.trim()],
      [
        'fact-seen',
        last === ''
          ? { code: 'seen-times', params: { n: times } }
          : { code: 'seen-times-last', params: { n: times, ...whenOf(last, now) } },
      ],
      ['fact-from', from],
    ),
  }
}

function lease(object: KubeObject, now: Now): ObjectStatus {
  const holder = textAt(object, 'spec', 'holderIdentity')
  const renewed = textAt(object, 'spec', 'renewTime')
  const duration = integerAt(object, 'spec', 'leaseDurationSeconds')
  const expired = duration !== undefined && now !== null && now - Date.parse(renewed) > duration * 1000
  return {
    status:
      holder === ''
        ? says(plain('lease-unheld'), 'muted')
        : says(
            renewed === ''
              ? { code: 'lease-held', params: { expired: expired ? 'yes' : 'no' } }
              : { code: 'lease-held-renewed', params: { expired: expired ? 'yes' : 'no', ...whenOf(renewed, now) } },
            // If no age is known, its validity is unknown.
            expired ? 'warning' : now === null ? 'muted' : 'ok',
          ),
    facts: facts(
      ['fact-holder', holder],
      ['fact-duration', duration === undefined ? '' : `${duration} s`],
      ['fact-transitions', String(integerAt(object, 'spec', 'leaseTransitions') ?? '')],
    ),
  }
}

/** An autoscaler never writes longer conditions. */
const LONGEST_CONDITIONS = 64 * 1024

/** autoscaling/v1, the stored version up to 1.22, keeps its conditions as JSON in an annotation. */
function autoscalerConditions(object: KubeObject): KubeObject {
  const text = textAt(object, 'metadata', 'annotations', 'autoscaling.alpha.kubernetes.io/conditions')
  if (text === '' || text.length > LONGEST_CONDITIONS) return object
  try {
    return { status: { conditions: JSON.parse(text) as KubeValue } }
  } catch {
    return object
  }
}

function autoscaler(object: KubeObject): ObjectStatus {
  const [current, desired] = [integerAt(object, 'status', 'currentReplicas') ?? 0, integerAt(object, 'status', 'desiredReplicas') ?? 0]
  const judged = autoscalerConditions(object)
  const broken = ['AbleToScale', 'ScalingActive'].map((type) => condition(judged, type)).find((one) => one?.status === 'False')
  const least = integerAt(object, 'spec', 'minReplicas') ?? 1
  const status = (): StatusInWords => {
    if (broken) return says({ code: 'cannot-scale', params: because(broken.reason) }, 'error')
    if (current === desired) return says({ code: 'replicas', params: { n: current } }, 'ok')
    // Below its own minimum, the desired number has not been computed yet.
    if (desired < least) return says({ code: 'replicas-wanted-unknown', params: { n: current } }, 'progress')
    return says({ code: 'scaling', params: { from: current, n: desired } }, 'progress')
  }
  return {
    status: status(),
    facts: facts(
      ['fact-scales', `${textAt(object, 'spec', 'scaleTargetRef', 'kind')} ${textAt(object, 'spec', 'scaleTargetRef', 'name')}`.trim()],
      ['fact-between', { code: 'between-and', params: { least, most: String(integerAt(object, 'spec', 'maxReplicas') ?? '?') } }],
      ['fact-why', broken?.message ?? ''],
    ),
  }
}

function rangeAllocation(object: KubeObject): ObjectStatus {
  const decoded = decodeRangeAllocation(object, 0)
  if (!decoded.ok) return { status: says(decoded.problem, 'warning'), facts: [] }
  const { used, total, holds, range, outside } = decoded.allocation
  return {
    status: says({ code: 'range-used', params: { used: String(used), total: String(total), holds } }, used === total ? 'warning' : 'ok'),
    facts: facts(['fact-range', range], ['fact-bits-outside', outside === 0n ? '' : String(outside)]),
  }
}

function disruptionBudget(object: KubeObject): ObjectStatus {
  const of = (name: string) => integerAt(object, 'status', name) ?? 0
  const allowed = of('disruptionsAllowed')
  const healthy = of('currentHealthy') >= of('desiredHealthy')
  const whole = valueAt(object, 'spec', 'minAvailable') ?? valueAt(object, 'spec', 'maxUnavailable')
  return {
    status:
      stale(object) ??
      says(
        allowed === 0 ? plain('disruption-none') : { code: 'disruptions-allowed', params: { n: allowed } },
        healthy ? (allowed === 0 ? 'warning' : 'ok') : 'error',
      ),
    facts: facts(
      [
        'fact-healthy',
        { code: 'healthy-of', params: { n: of('currentHealthy'), expected: of('expectedPods'), needed: of('desiredHealthy') } },
      ],
      [
        valueAt(object, 'spec', 'minAvailable') === undefined ? 'fact-max-unavailable' : 'fact-min-available',
        whole === undefined || whole === null ? '' : String(whole),
      ],
    ),
  }
}

function signingRequest(object: KubeObject): ObjectStatus {
  const has = (type: string) => condition(object, type) !== null
  const issued = textAt(object, 'status', 'certificate') !== ''
  const status = has('Denied')
    ? says('Denied', 'error')
    : has('Failed')
      ? says('Failed', 'error')
      : has('Approved')
        ? says(issued ? 'Approved,Issued' : 'Approved', issued ? 'ok' : 'progress')
        : says('Pending', 'progress')
  return {
    status,
    facts: facts(['fact-signer', textAt(object, 'spec', 'signerName')], ['fact-requested-by', textAt(object, 'spec', 'username')]),
  }
}

function endpoints(object: KubeObject): ObjectStatus {
  const subsets = objectsAt(object, 'subsets')
  const of = (name: string) => subsets.reduce((sum, subset) => sum + objectsAt(subset, name).length, 0)
  const [ready, waiting] = [of('addresses'), of('notReadyAddresses')]
  if (ready + waiting === 0) return { status: says(plain('addresses-none'), 'muted'), facts: [] }
  return {
    status: says(
      { code: 'addresses-ready', params: { ready, all: ready + waiting } },
      waiting === 0 ? 'ok' : ready === 0 ? 'error' : 'warning',
    ),
    facts: [],
  }
}

function endpointSlice(object: KubeObject): ObjectStatus {
  const all = objectsAt(object, 'endpoints')
  // An unset condition means ready (discovery/v1 EndpointConditions).
  const ready = all.filter((one) => valueAt(one, 'conditions', 'ready') !== false).length
  if (all.length === 0) return { status: says(plain('endpoints-no'), 'muted'), facts: [] }
  return {
    status: says(
      { code: 'endpoints-ready', params: { ready, all: all.length } },
      ready === all.length ? 'ok' : ready === 0 ? 'error' : 'warning',
    ),
    facts: facts(['fact-addresses', textAt(object, 'addressType')]),
  }
}

function volumeAttachment(object: KubeObject): ObjectStatus {
  const error = textAt(object, 'status', 'attachError', 'message') || textAt(object, 'status', 'detachError', 'message')
  const attached = valueAt(object, 'status', 'attached') === true
  return {
    status:
      error !== ''
        ? says(plain(attached ? 'attached-error' : 'not-attached'), 'error')
        : says(attached ? 'Attached' : plain('attaching'), attached ? 'ok' : 'progress'),
    facts: facts(
      ['fact-node', textAt(object, 'spec', 'nodeName')],
      ['fact-volume', textAt(object, 'spec', 'source', 'persistentVolumeName')],
      ['fact-why', error],
    ),
  }
}

function keysOf(object: KubeObject, ...fields: string[]): string {
  return String(fields.reduce((sum, field) => sum + Object.keys(objectAt(object, field) ?? {}).length, 0))
}

const KINDS: Record<string, Describe> = {
  Pod: pod,
  Deployment: deployment,
  ReplicaSet: replicaSet,
  ReplicationController: replicaSet,
  StatefulSet: statefulSet,
  PetSet: statefulSet,
  DaemonSet: daemonSet,
  Job: job,
  CronJob: cronJob,
  ScheduledJob: cronJob,
  Node: node,
  Namespace: (object) => ({ status: phase(object), facts: [] }),
  PersistentVolumeClaim: claim,
  PersistentVolume: volume,
  Service: service,
  Ingress: ingress,
  CustomResourceDefinition: customResourceDefinition,
  APIService: apiService,
  Event: event,
  Lease: lease,
  HorizontalPodAutoscaler: autoscaler,
  PodDisruptionBudget: disruptionBudget,
  CertificateSigningRequest: signingRequest,
  Endpoints: endpoints,
  EndpointSlice: endpointSlice,
  VolumeAttachment: volumeAttachment,
  RangeAllocation: rangeAllocation,
  ConfigMap: (object) => ({ status: null, facts: facts(['fact-keys', keysOf(object, 'data', 'binaryData')]) }),
  Secret: (object) => ({
    status: null,
    facts: facts(['fact-type', textAt(object, 'type')], ['fact-keys', keysOf(object, 'data', 'stringData')]),
  }),
  StorageClass: (object) => ({
    status: null,
    facts: facts(
      ['fact-provisioner', textAt(object, 'provisioner')],
      ['fact-reclaim-policy', textAt(object, 'reclaimPolicy')],
      ['fact-binding', textAt(object, 'volumeBindingMode')],
    ),
  }),
}

/** Ready (or a similar condition) is what matters first for a custom resource; without one, its phase. */
function byConditions(object: KubeObject): StatusInWords | null {
  for (const type of ['Ready', 'Available', 'Succeeded', 'Complete', 'Established', 'Accepted', 'Synced']) {
    const found = condition(object, type)
    if (found === null) continue
    if (found.status === 'True') return says(type, 'ok')
    const tone = found.status === 'Unknown' ? 'progress' : 'warning'
    const reason = because(found.reason, found.message)
    return says(
      found.status === 'Unknown'
        ? { code: 'condition-unknown', params: { type, ...reason } }
        : { code: 'condition-not', params: { type: type.toLowerCase(), ...reason } },
      tone,
    )
  }
  return phase(object) ?? statusState(object)
}

function statusState(object: KubeObject): StatusInWords | null {
  const state = textAt(object, 'status', 'state')
  return state === '' ? null : says(state, Object.hasOwn(PHASES, state) ? (PHASES[state] ?? 'muted') : 'muted')
}
