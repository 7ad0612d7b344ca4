// The state of an object and the facts beside it, as codes with parameters: the catalogue has the words.
import type { When } from './human-duration.ts'

type Nothing = Record<never, never>

interface Params {
  'stored-text': { text: string }
  'status-none': Nothing
  /** A word of kubectl’s table, of an object that is being deleted. */
  'state-deleting': { state: string }
  /** From a value on that was not read. */
  'state-unread': Nothing
  'status-missing': Nothing
  'partly-decoded': Nothing
  'pod-restarted': { status: string; restarts: number }
  'running-not-ready-yet': Nothing
  'terminating-overdue': Nothing
  waiting: Nothing
  'spec-unseen': Nothing
  'scaled-to-zero': Nothing
  'scaling-to-zero': { n: number; state: 'available' | 'ready' }
  'of-wanted': { n: number; wanted: number; state: 'available' | 'ready' }
  'rollout-deadline': { n: number; wanted: number }
  'rollout-paused': { n: number; wanted: number }
  'rollout-updated': { updated: number; wanted: number; n: number; state: 'available' | 'ready' }
  'rollout-nodes': { updated: number; wanted: number; n: number }
  'rollout-old': { n: number }
  'node-none': Nothing
  'failed-because': { why: string }
  suspended: Nothing
  'job-counts': { active: number; succeeded: number }
  'job-counts-of': { active: number; succeeded: number; wanted: number }
  'jobs-active': { n: number }
  'never-ran': Nothing
  'last-ran': When
  'alias-of': { name: string }
  headless: Nothing
  'balancer-waits': Nothing
  'balancer-at': { addresses: string }
  'address-none': Nothing
  'at-addresses': { addresses: string }
  'names-refused': { why: string }
  'not-established': { why: string }
  'not-established-yet': Nothing
  'not-available': { why: string }
  'availability-unknown': Nothing
  'lease-unheld': Nothing
  'lease-held': { expired: 'yes' | 'no' }
  'lease-held-renewed': { expired: 'yes' | 'no' } & When
  'lease-renewed': When
  'cannot-scale': { why: string }
  replicas: { n: number }
  'replicas-wanted-unknown': { n: number }
  scaling: { from: number; n: number }
  'range-used': { used: string; total: string; holds: 'ports' | 'addresses' }
  'disruption-none': Nothing
  'disruptions-allowed': { n: number }
  'addresses-none': Nothing
  'addresses-ready': { ready: number; all: number }
  'endpoints-no': Nothing
  'endpoints-ready': { ready: number; all: number }
  'attached-error': Nothing
  'not-attached': Nothing
  attaching: Nothing
  'condition-unknown': { type: string; why: string }
  'condition-not': { type: string; why: string }
  'being-deleted': { when: When['when'] | 'none'; time: string; n: number; finalizers: string }
  'entry-allocated': { set: 'yes' | 'no' }
  'endpoint-state': { state: 'ready' | 'not-ready' | 'terminating' | 'both' }
  'subnet-lasts': Nothing
  'subnet-expires': { left: string }
  'subnet-expired': { ago: string }
  'restarts-ago': { restarts: number } & When
  'moment-ago': When
  'between-and': { least: number; most: string }
  'version-of': { version: string; stored: 'yes' | 'no'; served: 'yes' | 'no' }
  'served-by-service': { service: string }
  'served-by-itself': Nothing
  'seen-times': { n: number }
  'seen-times-last': { n: number } & When
  'healthy-of': { n: number; expected: number; needed: number }
  'column-quota-requests': Nothing
  'column-quota-limits': Nothing
  'column-versions': Nothing
  'column-ports': Nothing
  'column-endpoints': Nothing
  'column-class-name': Nothing
  'column-range-name': Nothing
  'column-range-used': Nothing
  'column-workload': Nothing
  'column-desired': Nothing
  'column-ready-pods': Nothing
  'column-pod-name': Nothing
  'column-ready-containers': Nothing
  'column-pod-status': Nothing
  'column-restarts': Nothing
  'column-pod-age': Nothing
  'column-pod-ip': Nothing
  'column-node': Nothing
  'column-nominated-node': Nothing
  'column-readiness-gates': Nothing
  'column-job-status': Nothing
  'column-duration': Nothing
  'column-disruptions': Nothing
  'column-targets': Nothing
  'column-name': Nothing
  'column-age': Nothing
  'column-created': Nothing
  'column-containers': Nothing
  'column-images': Nothing
  'column-claim-state': Nothing
  'fact-about': Nothing
  'fact-access-modes': Nothing
  'fact-addresses': Nothing
  'fact-between': Nothing
  'fact-binding': Nothing
  'fact-bits-outside': Nothing
  'fact-capacity': Nothing
  'fact-claim': Nothing
  'fact-class': Nothing
  'fact-cluster-ip': Nothing
  'fact-container-runtime': Nothing
  'fact-duration': Nothing
  'fact-external-ip': Nothing
  'fact-external-ips': Nothing
  'fact-failed-pods': Nothing
  'fact-from': Nothing
  'fact-group': Nothing
  'fact-healthy': Nothing
  'fact-holder': Nothing
  'fact-hosts': Nothing
  'fact-images': Nothing
  'fact-internal-ip': Nothing
  'fact-keys': Nothing
  'fact-kind': Nothing
  'fact-kubelet': Nothing
  'fact-max-unavailable': Nothing
  'fact-message': Nothing
  'fact-min-available': Nothing
  'fact-misscheduled': Nothing
  'fact-node': Nothing
  'fact-os': Nothing
  'fact-pod-cidr': Nothing
  'fact-pod-ip': Nothing
  'fact-ports': Nothing
  'fact-provisioner': Nothing
  'fact-range': Nothing
  'fact-readiness-gates': Nothing
  'fact-ready': Nothing
  'fact-reclaim-policy': Nothing
  'fact-requested': Nothing
  'fact-requested-by': Nothing
  'fact-restarts': Nothing
  'fact-scales': Nothing
  'fact-schedule': Nothing
  'fact-scope': Nothing
  'fact-seen': Nothing
  'fact-selector': Nothing
  'fact-served-by': Nothing
  'fact-service': Nothing
  'fact-signer': Nothing
  'fact-started': Nothing
  'fact-storage-class': Nothing
  'fact-stored-versions': Nothing
  'fact-strategy': Nothing
  'fact-taints': Nothing
  'fact-time-zone': Nothing
  'fact-transitions': Nothing
  'fact-type': Nothing
  'fact-versions': Nothing
  'fact-volume': Nothing
  'fact-why': Nothing
}

/** One of the messages that {@link Params} lists: the code is the name of a member, `params` its value. */
export type StateMessage = { [Code in keyof Params]: { code: Code; params: Params[Code] } }[keyof Params]

/** What a column of a table shows. */
export type ColumnCode = Extract<keyof Params, `column-${string}`>

/** What a fact is called. */
export type FactLabel = Extract<keyof Params, `fact-${string}`>

type PlainCode = { [Code in keyof Params]: keyof Params[Code] extends never ? Code : never }[keyof Params]

/** A message without parameters. */
export const plain = (code: PlainCode): StateMessage => ({ code, params: {} }) as StateMessage

/** What is stored, or a word of Kubernetes' own. */
export const word = (text: string): StateMessage => ({ code: 'stored-text', params: { text } })
