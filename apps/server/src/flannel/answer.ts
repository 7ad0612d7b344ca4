// Converts what was read of flannel into the answer.
import type {
  FlannelCompared,
  FlannelFinding,
  FlannelLease,
  FlannelNetwork,
  FlannelNotice,
  FlannelPlan,
  FlannelText,
} from '@registree/contract'
import {
  addressSpace,
  type Finding,
  type FlannelMessage,
  type FoundNetwork,
  findings,
  formatCidr,
  type NodeInput,
  type Notice,
  nextSubnets,
  nodeFinder,
  type SubnetLease,
} from '@registree/flannel'
import { inEnglish } from '../messages/in-english.ts'
import type { KubernetesReading } from './stores.ts'

export type NodeOf = (lease: SubnetLease) => NodeInput | null

export function toWireLease(lease: SubnetLease, nodeOf: NodeOf): FlannelLease {
  const node = nodeOf(lease)
  return {
    source: lease.source,
    v4: lease.v4 && formatCidr(lease.v4),
    v6: lease.v6 && formatCidr(lease.v6),
    publicIP: lease.publicIP,
    publicIPv6: lease.publicIPv6,
    node: node && { name: node.name, source: node.source },
    backendType: lease.backendType,
    backendData: lease.backendData,
    expiration: lease.expiration,
    reservation: lease.reservation,
    created: lease.created,
    modified: lease.modified,
    notices: lease.notices.map(toWireNotice),
  }
}

export function toWirePlans(network: FoundNetwork): FlannelPlan[] {
  return (network.config?.plans ?? []).map((plan) => {
    const space = addressSpace(plan, network.leases)
    return {
      family: plan.family,
      network: formatCidr(plan.network),
      subnetLength: plan.subnetLength,
      min: formatCidr(plan.min),
      max: formatCidr(plan.max),
      total: String(space.total),
      used: String(space.used),
      reserved: String(space.reserved),
      free: String(space.free),
      outside: String(space.outside),
      strays: space.strays,
      // The Kubernetes subnet manager uses spec.podCIDR as it is.
      next: network.manager === 'kubernetes' ? [] : nextSubnets(space).map(formatCidr),
    }
  })
}

export function judge(
  network: FoundNetwork,
  all: readonly FoundNetwork[],
  kubernetes: KubernetesReading,
  now: Date | null,
): FlannelFinding[] {
  return findings({
    ...kubernetes,
    config: network.config,
    configSource: network.configSource,
    leases: network.leases,
    elsewhere: all.filter((other) => other !== network).flatMap((other) => other.leases),
    now,
    heartbeatsReadAt: heartbeatsReadAt(kubernetes, now),
  }).map(toWireFinding)
}

export const toWireText = (says: FlannelMessage): FlannelText => ({ text: inEnglish.flannel([says]), sentences: [says] })
export const toWireNotice = ({ severity, says }: Notice): FlannelNotice => ({
  severity,
  message: inEnglish.flannel([says]),
  sentences: [says],
})

const toWireFinding = ({ title, meaning, evidence, ...finding }: Finding): FlannelFinding => ({
  ...finding,
  title: toWireText(title),
  meaning: toWireText(meaning),
  evidence: evidence.map(({ says, source }) => ({ ...toWireText(says), source })),
})

/** Null if no node may be called silent. A file's present is earlier than the moment it was read. */
function heartbeatsReadAt({ heartbeatsRead, nodesReadAt }: KubernetesReading, now: Date | null): Date | null {
  if (!heartbeatsRead || now === null) return null
  return nodesReadAt !== null && nodesReadAt < now ? nodesReadAt : now
}

export function toWireNetwork(
  network: FoundNetwork,
  all: readonly FoundNetwork[],
  kubernetes: KubernetesReading,
  now: Date | null,
): FlannelNetwork {
  const nodeOf = nodeFinder(kubernetes.nodes)
  const { config } = network
  return {
    id: network.id,
    manager: network.manager,
    prefix: network.prefix,
    foundBy: network.foundBy,
    configSource: network.configSource,
    leasesSource: network.leasesSource,
    backendType: config?.backendType || null,
    settings: (config?.settings ?? []).map(({ note, ...setting }) => ({
      ...setting,
      ...(note === undefined ? {} : { note: toWireText(note) }),
    })),
    plans: toWirePlans(network),
    leases: network.leases.map((lease) => toWireLease(lease, nodeOf)),
    findings: judge(network, all, kubernetes, now),
    notices: [...network.notices, ...(config?.notices ?? [])].map(toWireNotice),
  }
}

export function toCompared(kubernetes: KubernetesReading): FlannelCompared {
  const { nodes, pods, services, revision, nodesReadAt, podsReadAt } = kubernetes
  return {
    nodes: nodes.length,
    pods: pods.length,
    services: services.length,
    revision: revision === null ? null : String(revision),
    nodesReadAt: nodesReadAt?.toISOString() ?? null,
    podsReadAt: podsReadAt?.toISOString() ?? null,
  }
}
