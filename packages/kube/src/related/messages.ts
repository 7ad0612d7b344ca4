// The sentences about what belongs to an object, and how it belongs to it, and what each is filled in with.
import type { When } from '../summary/human-duration.ts'
import type { AnyMessage, MessageOf } from '../value/message.ts'
import type { ProblemMessage } from '../value/problem-messages.ts'
import type { FinalizerParams } from './finalizers.ts'

type Nothing = Record<never, never>
/** An object as people name it: `Secret shop/orders-db`. */
type Named = { object: string }

/** What is not set is `none`. */
interface ContainerParams {
  /** What the kubelet, a controller or a program wrote. */
  'stored-text': { text: string }
  'container-unreported': Nothing
  'container-on-no-node': Nothing
  'startup-probe-pending': Nothing
  'readiness-probe-failing': Nothing
  'running-not-ready': Nothing
  'run-ended': { exitCode: string; signal: string; ran: string; reason: string }
  'last-run-ended': { exitCode: string; signal: string; ran: string; reason: string }
  'crash-loop': { pause: string }
  'crash-loop-longer': Nothing
  'image-unavailable': { image: string }
  'configuration-missing': Nothing
  'runtime-start-failed': Nothing
  'init-containers-first': Nothing
  'message-left': { text: string }
  'memory-limit-exceeded': { limit: string }
  'memory-of-node-exhausted': Nothing
  'command-cannot-run': Nothing
  'deadline-exceeded': Nothing
  'restarted-always': Nothing
  'no-error': Nothing
  'command-not-executable': Nothing
  'command-not-found': Nothing
  'killed-by-signal': Nothing
  'asked-to-end': Nothing
  'program-crashed': Nothing
  'program-reported-error': Nothing
}
export type ContainerMessage = MessageOf<ContainerParams>

/** What is said of a container, and of what. */
type ContainerStateParams = { 'container-state': { container: string; state: readonly AnyMessage[] } }
/** Why a pod is in trouble. */
export type PodMessage = ContainerMessage | MessageOf<ContainerStateParams>

interface JudgementParams extends ContainerStateParams {
  /** Which object the sentences after it are about. */
  'about-object': Named
  'object-state': { state: readonly AnyMessage[] }
  'object-state-why': { state: readonly AnyMessage[]; why: string }
  'warning-event': { reason: string; times: number } & When
  'pods-state': { unwell: number; pods: number; states: readonly (readonly AnyMessage[])[] }
  'pods-restarted': { restarted: number; pods: number; restarts: number }
  'pods-misscheduled': { pods: number }
  'pods-failed': { pods: number }
  'run-not-succeeded': { lastWhen: When['when']; last: string; goodWhen: When['when']; good: string }
  restarts: { restarts: number }
  'restarts-last': { restarts: number } & When
  'pending-for': { age: string }
  'pending-since': { time: string }
  'volume-unbound': Nothing
  'backend-missing': Nothing
  'replicas-short': { there: number; wanted: number; state: 'ready' | 'available' }
  'condition-is': { type: string; status: string }
  'condition-is-why': { type: string; status: string; why: string }
}

interface TroubleParams {
  'kind-undefined': { kind: string; apiVersion: string }
  'object-missing': Named
  'object-replaced': Named & { uid: string }
  'keys-missing': Named & { keys: string[] }
  'pod-waits': Nothing
  'container-waits': Nothing
  'pod-unscheduled': Nothing
  'pods-refused': Nothing
  'webhook-fails': Nothing

  'pods-wanted': { pods: number }
  'finalizer-holds': { finalizer: string }
  'finalizer-set-by': { finalizer: string; manager: string }
  'finalizer-set-by-at': { finalizer: string; manager: string } & When
  'finalizers-more': { finalizers: number }
  'finalizers-none': Nothing
  'containers-ended': Nothing
  'kubelet-confirms': { node: string }
  'waits-for-node': Nothing

  'lease-missing-of-node': { node: string }
  'heartbeat-late': { limit: number } & When
  'heartbeat-at-unjudged': { time: string }
  'heartbeat-last': When
  'node-not-ready': Nothing
  'node-not-ready-for': { age: string }
  'node-not-ready-since': { time: string }
  'lease-missing': { lease: string }
  'node-reported': When
  'node-unreachable': Nothing
  'pod-cidr': { cidr: string }
  'flannel-address': { address: string }
  'leases-unread': { keyspace: string; why: readonly AnyMessage[] }
  'pods-undeletable': { waiting: number; pods: number }
  'pod-unplaced': Nothing
  'pod-on-no-node': Nothing
  'node-missing': { node: string }
  'node-of-pod-not-ready': { node: string }
  'status-outdated': Nothing

  'static-pod': Nothing
  'pod-unowned': Nothing
  'namespace-missing': { namespace: string }
  'namespace-deleted': { namespace: string }
  'owner-gone': { owner: string }
  'owner-replaced': { owner: string }
  'other-owners-keep': Nothing
  'should-be-collected': Nothing

  'service-alias': { host: string }
  'service-without-selector': Nothing
  'selector-matches-none': { namespace: string; selector: string }
  'selected-not-ready': { pods: number }
  'budget-matches-none': { namespace: string }

  'endpoints-missing': Nothing
  'endpoints-not-ready': Nothing
  'endpoints-none': Nothing
  'endpoint-pod-missing': { address: string; pod: string }
  'endpoint-pod-replaced': { address: string }
  'cluster-ip-uncovered': { address: string }
  'cluster-ip-unallocated': { entry: string }
  'node-port-unallocated': { entry: string }
  'address-of-other': { address: string; holder: string }
  'listed-pod-replaced': Nothing
  'pod-unlisted': { service: string }
  'no-ready-endpoint': { service: string }

  'volume-unclaimed': { volume: string }
  'volume-claimed-by': { volume: string; claim: string }
  'volume-claimed-by-earlier': { volume: string; claim: string }
  'claim-of-other-volume': { volume: string }
  'grants-nobody': Nothing
  'grants-to': { kind: string; name: string }
}

type RelatedParams = ContainerParams & JudgementParams & TroubleParams & FinalizerParams
/** Also says why a value could not be read. */
export type RelatedMessage = MessageOf<RelatedParams> | ProblemMessage

/** What the cluster itself says, as sentences that end: none where it says nothing. */
export function storedText(text: string): { code: 'stored-text'; params: { text: string } }[] {
  return text.trim() === '' ? [] : [{ code: 'stored-text', params: { text: asSentence(text) } }]
}

/** A text with a full stop at its end. */
export function asSentence(text: string): string {
  const trimmed = text.trim()
  return /[.!?。！？]$/.test(trimmed) ? trimmed : `${trimmed}.`
}

/** How an object is related to the one that is looked at: labels, and no sentences. */
interface RelationParams {
  'runs-as': Nothing
  volume: { volume: string }
  env: { variable: string; container: string }
  environment: { container: string }
  'pulls-images': Nothing
  device: { device: string }
  priority: Nothing
  runtime: Nothing
  'scheduled-to': Nothing
  scales: Nothing
  'default-backend': Nothing
  /** A host and path, as an Ingress has them. */
  backend: { path: string }
  tls: Nothing
  'tls-of': { hosts: string[] }
  class: Nothing
  grants: Nothing
  'granted-to': Nothing
  webhook: { webhook: string }
  'bound-to': Nothing
  'cloned-from': Nothing
  'claimed-by': Nothing
  driver: Nothing
  /** The member of a CSI volume that names a Secret. */
  'csi-secret': { use: string }
  'names-pods': Nothing
  token: Nothing
  'token-of': Nothing
  parameters: Nothing
  'endpoints-of': Nothing
  about: Nothing
  with: Nothing
  'served-by': Nothing
  'converts-versions': Nothing
  'attached-to': Nothing
  attaches: Nothing
  attacher: Nothing
  'drivers-of': Nothing
  'heartbeat-of': Nothing
  'address-of': Nothing

  optional: Nothing
  'no-controller': Nothing
  heartbeat: Nothing
  'storage-drivers': Nothing
  'from-template': Nothing
  'left-from-scaling': Nothing
  /** A name, an address or a role, which no language changes. */
  named: { name: string }
  'endpoint-ready': Nothing
  'endpoint-not-ready': Nothing
  'endpoint-terminating': Nothing
  'endpoint-terminating-ready': Nothing
  'cluster-ip': { address: string }
  'cluster-ip-in': { address: string; range: string }
  'node-port-in': { port: string; range: string }
}
export type RelationMessage = MessageOf<RelationParams>
