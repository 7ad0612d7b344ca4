// Finds the timestamps in a stored object that say when its revisions were written.
import { integerAt, objectAt, objectsAt, textAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { type Anchor, type AnchorKind, API_SERVER, readStamp } from './anchor.ts'

/** What etcd stores beside the value. */
export interface KeyRevisions {
  createRevision: bigint
  modRevision: bigint
  /** 1 for the revision that created the key. */
  version: bigint
  /** The revision at which the key was read. With it, a lease also says when its next renewal was due. */
  readAt?: bigint
}

/** The fields that {@link anchorsOf} reads, for `decodeFields`. */
export const ANCHOR_FIELDS: readonly string[] = [
  '.metadata.name',
  '.metadata.namespace',
  '.metadata.creationTimestamp',
  '.metadata.deletionTimestamp',
  '.metadata.deletionGracePeriodSeconds',
  '.metadata.managedFields[*].time',
  ".metadata.annotations['control-plane.alpha.kubernetes.io/leader']",
  '.spec.renewTime',
  '.spec.holderIdentity',
  '.spec.leaseDurationSeconds',
  '.spec.nodeName',
  '.status.conditions',
  '.firstTimestamp',
  '.lastTimestamp',
  '.deprecatedFirstTimestamp',
  '.deprecatedLastTimestamp',
  '.eventTime',
  '.series.lastObservedTime',
  '.source',
  '.deprecatedSource',
  '.reportingComponent',
  '.reportingController',
  '.reportingInstance',
]

const LEADER = 'control-plane.alpha.kubernetes.io/leader'
const NODE_LEASES = 'kube-node-lease'
/** More conditions than these are not read. */
const MOST_CONDITIONS = 1000

/**
 * The anchors of one stored object. Never throws: a timestamp that cannot be read is skipped.
 * @param object as decoded, whole or with {@link ANCHOR_FIELDS} only
 */
export function anchorsOf(object: KubeObject, key: KeyRevisions): Anchor[] {
  const found = new Found(key)
  const metadata = objectAt(object, 'metadata')
  const kind = textAt(object, 'kind')
  found.add('created', API_SERVER, key.createRevision, textAt(metadata, 'creationTimestamp'))
  found.newest(
    'managed-fields',
    API_SERVER,
    objectsAt(metadata, 'managedFields').map((entry) => textAt(entry, 'time')),
  )
  found.deletion(textAt(metadata, 'deletionTimestamp'), integerAt(metadata, 'deletionGracePeriodSeconds') ?? 0)
  if (kind === 'Lease' && textAt(object, 'apiVersion').startsWith('coordination.k8s.io/')) addLease(object, found)
  else if (kind === 'Endpoints' || kind === 'ConfigMap') addLeaderRecord(textAt(metadata, 'annotations', LEADER), found)
  else if (kind === 'Event') addEvent(object, found)
  else addConditions(object, found)
  return found.anchors
}

class Found {
  readonly anchors: Anchor[] = []
  readonly key: KeyRevisions
  constructor(key: KeyRevisions) {
    this.key = key
  }

  add(kind: AnchorKind, source: string, revision: bigint, time: string): Anchor | undefined {
    const stamp = readStamp(time)
    if (stamp === undefined || revision <= 0n) return undefined
    const anchor: Anchor = { revision, ...stamp, kind, source }
    this.anchors.push(anchor)
    return anchor
  }

  /** Adds the newest of some times, at the mod revision. */
  newest(kind: AnchorKind, source: string, times: readonly string[]): void {
    let newest: { time: string; instant: number } | undefined
    for (const time of times) {
      const instant = readStamp(time)?.instant
      if (instant !== undefined && (newest === undefined || instant > newest.instant)) newest = { time, instant }
    }
    if (newest !== undefined) this.add(kind, source, this.key.modRevision, newest.time)
  }

  renewal(source: string, time: string, dueWithin: number | undefined): void {
    const anchor = this.add('lease', source, this.key.modRevision, time)
    const { readAt, modRevision, version } = this.key
    if (anchor === undefined || readAt === undefined || readAt <= modRevision || dueWithin === undefined || dueWithin <= 0) return
    anchor.until = readAt
    anchor.due = dueWithin
    anchor.version = version
  }

  deletion(time: string, graceSeconds: number): void {
    const stamp = readStamp(time)
    if (stamp === undefined || graceSeconds < 0) return
    this.anchors.push({
      ...{ revision: this.key.modRevision, instant: stamp.instant - graceSeconds * 1000, resolution: stamp.resolution },
      ...{ kind: 'deletion', source: API_SERVER },
    })
  }
}

function addLease(object: KubeObject, found: Found): void {
  const renewTime = textAt(object, 'spec', 'renewTime')
  const seconds = integerAt(object, 'spec', 'leaseDurationSeconds')
  if (textAt(object, 'metadata', 'namespace') === NODE_LEASES) {
    // The kubelet renews after a quarter of the duration (NodeLeaseRenewIntervalFraction). Some jitter and the call come on top.
    const due = seconds === undefined ? undefined : seconds * 250 * 1.05 + 1000
    found.renewal(`host/${textAt(object, 'metadata', 'name')}`, renewTime, due)
    return
  }
  // A leader that does not renew within the duration loses the lease.
  found.renewal(hostOfHolder(textAt(object, 'spec', 'holderIdentity')), renewTime, seconds === undefined ? undefined : seconds * 1000)
}

/** Older leader elections keep their record as JSON in an annotation of an Endpoints object or a ConfigMap. */
function addLeaderRecord(text: string, found: Found): void {
  if (text === '') return
  try {
    const record: unknown = JSON.parse(text)
    if (typeof record !== 'object' || record === null) return
    const { holderIdentity, renewTime, leaseDurationSeconds } = record as Record<string, unknown>
    if (typeof renewTime !== 'string') return
    const due = typeof leaseDurationSeconds === 'number' ? leaseDurationSeconds * 1000 + 1000 : undefined
    found.renewal(hostOfHolder(typeof holderIdentity === 'string' ? holderIdentity : ''), renewTime, due)
  } catch {
    // The annotation may hold anything.
  }
}

/** Controllers call themselves `<host>_<uuid>`. */
function hostOfHolder(identity: string): string {
  const bar = identity.indexOf('_')
  return `host/${bar > 0 ? identity.slice(0, bar) : identity}`
}

function addEvent(object: KubeObject, found: Found): void {
  const host = textAt(object, 'source', 'host') || textAt(object, 'deprecatedSource', 'host')
  const writer =
    textAt(object, 'reportingInstance') ||
    textAt(object, 'source', 'component') ||
    textAt(object, 'deprecatedSource', 'component') ||
    textAt(object, 'reportingComponent') ||
    textAt(object, 'reportingController')
  const source = host === '' ? `writer/${writer}` : `host/${host}`
  const times = [
    textAt(object, 'series', 'lastObservedTime'),
    textAt(object, 'lastTimestamp'),
    textAt(object, 'deprecatedLastTimestamp'),
    textAt(object, 'eventTime'),
  ]
  found.newest('event', source, times)
  if (found.key.version === 1n) return
  const first = ['firstTimestamp', 'deprecatedFirstTimestamp', 'eventTime'].map((name) => textAt(object, name)).find((time) => time !== '')
  found.add('event', source, found.key.createRevision, first ?? '')
}

function addConditions(object: KubeObject, found: Found): void {
  const kind = textAt(object, 'kind')
  const conditions = objectsAt(object, 'status', 'conditions').slice(0, MOST_CONDITIONS)
  if (conditions.length === 0) return
  const heartbeats = conditions.map((condition) => textAt(condition, 'lastHeartbeatTime'))
  const others = conditions.flatMap((condition) =>
    ['lastTransitionTime', 'lastUpdateTime', 'lastProbeTime'].map((name) => textAt(condition, name)),
  )
  const name = textAt(object, 'metadata', 'name')
  if (kind === 'Node') found.newest('condition', `host/${name}`, heartbeats)
  const node = textAt(object, 'spec', 'nodeName')
  // The node controller sets conditions too, when the kubelet is silent.
  found.newest('condition', kind === 'Pod' && node !== '' ? `host/${node}` : `writer/${kind}`, others)
}
