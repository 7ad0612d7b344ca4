// The state of an object of a known kind in words, and the few facts that usually matter next.
import { decodeRangeAllocation } from '../ranges/range-allocation.ts'
import { integerAt, objectAt, objectsAt, textAt, textsAt, valueAt } from '../value/fields.ts'
import type { KubeObject, KubeValue } from '../value/value.ts'
import { eventFacts } from './event-facts.ts'
import { agoInWords, type Now } from './human-duration.ts'
import { type PodState, podState } from './pod-state.ts'
import { restartsText } from './pod-status.ts'
import type { Tone } from './tone.ts'

export interface StatusInWords {
  text: string
  tone: Tone
}

export interface Fact {
  label: string
  value: string
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

const says = (text: string, tone: Tone): StatusInWords => ({ text, tone })
const count = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`

/** Facts with a value. */
function facts(...pairs: [string, string][]): Fact[] {
  return pairs.filter(([, value]) => value !== '').map(([label, value]) => ({ label, value }))
}

function condition(object: KubeObject, type: string): { status: string; reason: string; message: string } | null {
  const found = objectsAt(object, 'status', 'conditions').find((one) => textAt(one, 'type') === type)
  return found ? { status: textAt(found, 'status'), reason: textAt(found, 'reason'), message: textAt(found, 'message') } : null
}

function because(...reasons: string[]): string {
  const reason = reasons.find((one) => one !== '')
  return reason ? `: ${reason}` : ''
}

/** kubectl's word, and why it is marked if the word does not tell it. */
function podWords({ status, tone, trouble, restarts }: PodState): string {
  if (status === '') return 'No status yet'
  if (tone === 'ok' && trouble.includes('restarting')) return `${status}, restarted ${restarts === 1 ? 'once' : `${restarts} times`}`
  if (tone !== 'warning') return status
  return status === 'Running' ? 'Running, not ready' : status === 'Terminating' ? 'Terminating, overdue' : status
}

function pod(object: KubeObject, now: Now): ObjectStatus {
  const state = podState(object, now)
  const { ready, total, restarts, lastRestart, readinessGates } = state
  const unscheduled = condition(object, 'PodScheduled')
  return {
    // A container that ended within the last hour may end again.
    status: says(podWords(state), state.tone === 'ok' && state.trouble.includes('restarting') ? 'warning' : state.tone),
    facts: facts(
      ['Ready', `${ready}/${total}`],
      ['Restarts', restartsText({ restarts, lastRestart }, now)],
      ['Node', textAt(object, 'spec', 'nodeName')],
      ['Pod IP', textAt(object, 'status', 'podIP')],
      ['Readiness gates', readinessGates.total === 0 ? '' : `${readinessGates.ready}/${readinessGates.total}`],
      ['Why', textAt(object, 'status', 'message') || (unscheduled?.status === 'False' ? unscheduled.message : '')],
    ),
  }
}

/** The controller has not seen the newest spec: its counts are for an older one. */
function stale(object: KubeObject): StatusInWords | null {
  const generation = integerAt(object, 'metadata', 'generation') ?? 0
  const observed = integerAt(object, 'status', 'observedGeneration')
  return observed !== undefined && observed < generation ? says('Its controller has not seen the newest spec yet', 'progress') : null
}

function replicas(wanted: number, ready: number, word: string): StatusInWords {
  if (wanted === 0) return ready === 0 ? says('Scaled to 0', 'muted') : says(`Scaling down to 0, ${ready} still ${word}`, 'progress')
  return says(`${ready} of ${wanted} ${word}`, ready >= wanted ? 'ok' : ready === 0 ? 'error' : 'warning')
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
      return says(`Roll-out exceeded its deadline: ${available} of ${wanted} available`, 'error')
    if (valueAt(object, 'spec', 'paused') === true) return says(`Paused, ${available} of ${wanted} available`, 'warning')
    const old = stale(object)
    if (old) return old
    if (updated < wanted) return says(`Rolling out: ${updated} of ${wanted} updated, ${available} available`, 'progress')
    if (total > updated) return says(`Rolling out: ${count(total - updated, 'old replica')} still to end`, 'progress')
    return replicas(wanted, available, 'available')
  }
  return { status: status(), facts: facts(['Strategy', textAt(object, 'spec', 'strategy', 'type')], ['Images', images(object)]) }
}

function replicaSet(object: KubeObject): ObjectStatus {
  const wanted = integerAt(object, 'spec', 'replicas') ?? 1
  return {
    status: stale(object) ?? replicas(wanted, integerAt(object, 'status', 'readyReplicas') ?? 0, 'ready'),
    facts: facts(['Images', images(object)]),
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
      (rolling ? says(`Rolling out: ${updated} of ${wanted} updated, ${ready} ready`, 'progress') : replicas(wanted, ready, 'ready')),
    facts: facts(['Service', textAt(object, 'spec', 'serviceName')], ['Images', images(object)]),
  }
}

function daemonSet(object: KubeObject): ObjectStatus {
  const of = (name: string) => integerAt(object, 'status', name) ?? 0
  const wanted = of('desiredNumberScheduled')
  const updated = integerAt(object, 'status', 'updatedNumberScheduled')
  const status = (): StatusInWords => {
    const old = stale(object)
    if (old) return old
    if (wanted === 0) return says('No node to run on', 'muted')
    if (updated !== undefined && updated < wanted && textAt(object, 'spec', 'updateStrategy', 'type') === 'RollingUpdate') {
      return says(`Rolling out: ${updated} of ${wanted} nodes updated, ${of('numberReady')} ready`, 'progress')
    }
    return replicas(wanted, of('numberReady'), 'ready')
  }
  const strayed = of('numberMisscheduled')
  return { status: status(), facts: facts(['Misscheduled', strayed === 0 ? '' : String(strayed)], ['Images', images(object)]) }
}

function job(object: KubeObject, now: Now): ObjectStatus {
  const of = (name: string) => integerAt(object, 'status', name) ?? 0
  const failed = condition(object, 'Failed')
  const status = (): StatusInWords => {
    if (condition(object, 'Complete')?.status === 'True') return says('Complete', 'ok')
    if (failed?.status === 'True') return says(`Failed${because(failed.reason)}`, 'error')
    if (condition(object, 'Suspended')?.status === 'True' || valueAt(object, 'spec', 'suspend') === true) return says('Suspended', 'muted')
    const wanted = integerAt(object, 'spec', 'completions')
    return says(`${of('active')} active, ${of('succeeded')}${wanted === undefined ? '' : ` of ${wanted}`} succeeded`, 'progress')
  }
  const started = textAt(object, 'status', 'startTime')
  return {
    status: status(),
    facts: facts(
      ['Failed pods', of('failed') === 0 ? '' : String(of('failed'))],
      ['Started', started === '' ? '' : agoInWords(started, now)],
      ['Why', failed?.message ?? ''],
      ['Images', images(object)],
    ),
  }
}

function cronJob(object: KubeObject, now: Now): ObjectStatus {
  const last = textAt(object, 'status', 'lastScheduleTime')
  const active = objectsAt(object, 'status', 'active').length
  return {
    status:
      valueAt(object, 'spec', 'suspend') === true
        ? says('Suspended', 'muted')
        : says(
            active > 0 ? `${count(active, 'job')} active` : last === '' ? 'Never ran yet' : `Last ran ${agoInWords(last, now)}`,
            active > 0 ? 'progress' : 'ok',
          ),
    facts: facts(['Schedule', textAt(object, 'spec', 'schedule')], ['Time zone', textAt(object, 'spec', 'timeZone')]),
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
      ['Why', ready !== null && ready.status !== 'True' ? ready.message || ready.reason : ''],
      ['Internal IP', address('InternalIP')],
      ['External IP', address('ExternalIP')],
      ['Pod CIDR', textsAt(object, 'spec', 'podCIDRs').join(', ') || textAt(object, 'spec', 'podCIDR')],
      ['Kubelet', textAt(object, 'status', 'nodeInfo', 'kubeletVersion')],
      ['OS', textAt(object, 'status', 'nodeInfo', 'osImage')],
      ['Container runtime', textAt(object, 'status', 'nodeInfo', 'containerRuntimeVersion')],
      [
        'Taints',
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
      ['Volume', textAt(object, 'spec', 'volumeName')],
      ['Capacity', textAt(object, 'status', 'capacity', 'storage')],
      ['Requested', textAt(object, 'spec', 'resources', 'requests', 'storage')],
      ['Access modes', textsAt(object, 'spec', 'accessModes').join(', ')],
      ['Storage class', textAt(object, 'spec', 'storageClassName')],
    ),
  }
}

function volume(object: KubeObject): ObjectStatus {
  const claimRef = objectAt(object, 'spec', 'claimRef')
  return {
    status: phase(object),
    facts: facts(
      ['Claim', claimRef ? `${textAt(claimRef, 'namespace')}/${textAt(claimRef, 'name')}` : ''],
      ['Capacity', textAt(object, 'spec', 'capacity', 'storage')],
      ['Access modes', textsAt(object, 'spec', 'accessModes').join(', ')],
      ['Reclaim policy', textAt(object, 'spec', 'persistentVolumeReclaimPolicy')],
      ['Storage class', textAt(object, 'spec', 'storageClassName')],
      ['Why', textAt(object, 'status', 'message')],
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
    if (type === 'ExternalName') return says(`ExternalName, an alias of ${textAt(object, 'spec', 'externalName')}`, 'ok')
    if (address === 'None') return says('Headless', 'ok')
    if (type !== 'LoadBalancer') return says(type, 'ok')
    return outside === '' ? says('LoadBalancer, waiting for its address', 'progress') : says(`LoadBalancer at ${outside}`, 'ok')
  }
  return {
    status: status(),
    facts: facts(
      ['Cluster IP', address],
      ['External IPs', textsAt(object, 'spec', 'externalIPs').join(', ')],
      ['Ports', ports.join(', ')],
      ['Selector', pairs(objectAt(object, 'spec', 'selector'))],
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
    status: outside === '' ? says('No address yet', 'progress') : says(`At ${outside}`, 'ok'),
    facts: facts(['Hosts', [...new Set(hosts)].join(', ')], ['Class', textAt(object, 'spec', 'ingressClassName')]),
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
    if (names?.status === 'False') return says(`Names not accepted${because(names.message, names.reason)}`, 'error')
    if (established?.status === 'True') return says('Established', 'ok')
    return says(established ? `Not established${because(established.message, established.reason)}` : 'Not established yet', 'progress')
  }
  return {
    status: status(),
    facts: facts(
      ['Group', textAt(object, 'spec', 'group')],
      ['Kind', textAt(object, 'spec', 'names', 'kind')],
      ['Scope', textAt(object, 'spec', 'scope')],
      ['Versions', versions.join(', ') || textAt(object, 'spec', 'version')],
      ['Stored versions', textsAt(object, 'status', 'storedVersions').join(', ')],
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
            available ? `Not available${because(available.message, available.reason)}` : 'Availability not known yet',
            available ? 'error' : 'progress',
          ),
    facts: facts(['Served by', served ? `Service ${textAt(served, 'namespace')}/${textAt(served, 'name')}` : 'the API server itself']),
  }
}

function event(object: KubeObject, now: Now): ObjectStatus {
  const { type, reason, message, count: times, last, from, about } = eventFacts(object)
  const place = [about.namespace, about.name].filter((part) => part !== '').join('/')
  return {
    status: says(reason || type || 'Event', type === 'Warning' ? 'warning' : 'ok'),
    facts: facts(
      ['Message', message],
      ['About', `${about.kind} ${place}`.trim()],
      ['Seen', `${count(times, 'time')}${last === '' ? '' : `, last ${agoInWords(last, now)}`}`],
      ['From', from],
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
        ? says('Held by nobody', 'muted')
        : says(
            `${expired ? 'Expired' : 'Held'}${renewed === '' ? '' : `, renewed ${agoInWords(renewed, now)}`}`,
            // If no age is known, its validity is unknown.
            expired ? 'warning' : now === null ? 'muted' : 'ok',
          ),
    facts: facts(
      ['Holder', holder],
      ['Duration', duration === undefined ? '' : `${duration} s`],
      ['Transitions', String(integerAt(object, 'spec', 'leaseTransitions') ?? '')],
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
    if (broken) return says(`Cannot scale${because(broken.reason)}`, 'error')
    if (current === desired) return says(count(current, 'replica'), 'ok')
    // Below its own minimum, the desired number has not been computed yet.
    if (desired < least) return says(`${count(current, 'replica')}, the wanted number is not known yet`, 'progress')
    return says(`Scaling from ${current} to ${count(desired, 'replica')}`, 'progress')
  }
  return {
    status: status(),
    facts: facts(
      ['Scales', `${textAt(object, 'spec', 'scaleTargetRef', 'kind')} ${textAt(object, 'spec', 'scaleTargetRef', 'name')}`.trim()],
      ['Between', `${least} and ${integerAt(object, 'spec', 'maxReplicas') ?? '?'}`],
      ['Why', broken?.message ?? ''],
    ),
  }
}

function rangeAllocation(object: KubeObject): ObjectStatus {
  const decoded = decodeRangeAllocation(object, 0)
  if (!decoded.ok) return { status: says('The allocation cannot be read', 'warning'), facts: [] }
  const { used, total, holds, range, outside } = decoded.allocation
  return {
    status: says(
      `${used.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} ${holds} allocated`,
      used === total ? 'warning' : 'ok',
    ),
    facts: facts(['Range', range], ['Bits outside the range', outside === 0n ? '' : String(outside)]),
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
        allowed === 0 ? 'No disruption allowed' : `${count(allowed, 'disruption')} allowed`,
        healthy ? (allowed === 0 ? 'warning' : 'ok') : 'error',
      ),
    facts: facts(
      ['Healthy', `${of('currentHealthy')} of ${of('expectedPods')}, ${of('desiredHealthy')} needed`],
      [
        valueAt(object, 'spec', 'minAvailable') === undefined ? 'Max unavailable' : 'Min available',
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
  return { status, facts: facts(['Signer', textAt(object, 'spec', 'signerName')], ['Requested by', textAt(object, 'spec', 'username')]) }
}

function endpoints(object: KubeObject): ObjectStatus {
  const subsets = objectsAt(object, 'subsets')
  const of = (name: string) => subsets.reduce((sum, subset) => sum + objectsAt(subset, name).length, 0)
  const [ready, waiting] = [of('addresses'), of('notReadyAddresses')]
  if (ready + waiting === 0) return { status: says('No addresses', 'muted'), facts: [] }
  return {
    status: says(`${ready} of ${ready + waiting} addresses ready`, waiting === 0 ? 'ok' : ready === 0 ? 'error' : 'warning'),
    facts: [],
  }
}

function endpointSlice(object: KubeObject): ObjectStatus {
  const all = objectsAt(object, 'endpoints')
  // An unset condition means ready (discovery/v1 EndpointConditions).
  const ready = all.filter((one) => valueAt(one, 'conditions', 'ready') !== false).length
  if (all.length === 0) return { status: says('No endpoints', 'muted'), facts: [] }
  return {
    status: says(`${ready} of ${all.length} endpoints ready`, ready === all.length ? 'ok' : ready === 0 ? 'error' : 'warning'),
    facts: facts(['Addresses', textAt(object, 'addressType')]),
  }
}

function volumeAttachment(object: KubeObject): ObjectStatus {
  const error = textAt(object, 'status', 'attachError', 'message') || textAt(object, 'status', 'detachError', 'message')
  const attached = valueAt(object, 'status', 'attached') === true
  return {
    status:
      error !== ''
        ? says(attached ? 'Attached, with an error' : 'Not attached', 'error')
        : says(attached ? 'Attached' : 'Attaching', attached ? 'ok' : 'progress'),
    facts: facts(
      ['Node', textAt(object, 'spec', 'nodeName')],
      ['Volume', textAt(object, 'spec', 'source', 'persistentVolumeName')],
      ['Why', error],
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
  ConfigMap: (object) => ({ status: null, facts: facts(['Keys', keysOf(object, 'data', 'binaryData')]) }),
  Secret: (object) => ({ status: null, facts: facts(['Type', textAt(object, 'type')], ['Keys', keysOf(object, 'data', 'stringData')]) }),
  StorageClass: (object) => ({
    status: null,
    facts: facts(
      ['Provisioner', textAt(object, 'provisioner')],
      ['Reclaim policy', textAt(object, 'reclaimPolicy')],
      ['Binding', textAt(object, 'volumeBindingMode')],
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
    return says(
      `${found.status === 'Unknown' ? `${type} unknown` : `Not ${type.toLowerCase()}`}${because(found.reason, found.message)}`,
      tone,
    )
  }
  return phase(object) ?? statusState(object)
}

function statusState(object: KubeObject): StatusInWords | null {
  const state = textAt(object, 'status', 'state')
  return state === '' ? null : says(state, Object.hasOwn(PHASES, state) ? (PHASES[state] ?? 'muted') : 'muted')
}
