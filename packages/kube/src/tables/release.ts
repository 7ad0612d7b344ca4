// Determines the Kubernetes release of a store, as far as possible: its tables are printed as that release does.
import { NEWEST_RELEASE } from '../protobuf/plan.ts'

/** The newest minor release that the tables cover: 38 for 1.38. */
export const NEWEST_MINOR = minorOf(NEWEST_RELEASE) ?? 0

/** The source of the release: kubelets, the registered API versions, or nothing; then it is the newest known. */
export type ReleaseSource = 'nodes' | 'api-services' | 'newest'

export interface KnownRelease {
  /** 36 for Kubernetes 1.36; at most {@link NEWEST_MINOR}. */
  minor: number
  from: ReleaseSource
}

/** The minor release in a version such as `v1.20.2` or `1.37.0-beta.1+k3s1`; undefined for any other text. */
export function minorOf(version: string): number | undefined {
  const minor = /^v?1\.(\d{1,3})(\D|$)/.exec(version)?.[1]
  return minor === undefined ? undefined : Number(minor)
}

/** Stable versions, with the first release that serves them by default: `v1.policy` since 1.21. */
const STABLE: readonly [name: string, since: number][] = [
  ['v1.certificates.k8s.io', 19],
  ['v1.events.k8s.io', 19],
  ['v1.node.k8s.io', 20],
  ['v1.policy', 21],
  ['v1.discovery.k8s.io', 21],
  ['v2.autoscaling', 23],
  ['v1.flowcontrol.apiserver.k8s.io', 29],
  ['v1.resource.k8s.io', 34],
  ['v1.storagemigration.k8s.io', 37],
]

/** Temporary versions: the first release with, and the first without them. */
const PASSING: readonly [name: string, since: number, gone: number][] = [
  ['v1beta1.extensions', 0, 22],
  ['v1beta1.rbac.authorization.k8s.io', 0, 22],
  ['v1beta1.batch', 0, 25],
  ['v1beta1.policy', 0, 25],
  ['v2beta1.autoscaling', 0, 25],
  ['v2beta2.autoscaling', 0, 26],
  ['v1beta1.flowcontrol.apiserver.k8s.io', 20, 26],
  ['v1beta2.flowcontrol.apiserver.k8s.io', 23, 29],
  ['v1beta3.flowcontrol.apiserver.k8s.io', 26, 32],
]

/**
 * The releases whose API server registers these APIServices, both inclusive; undefined if unknown.
 * @param names of the APIServices, as `v1.apps`: at its start an API server writes those of its own versions and deletes the others
 */
function servedBy(names: ReadonlySet<string>): { from: number; to: number } | undefined {
  if (!names.has('v1.') && !names.has('v1.apps')) return undefined
  let from = 0
  let to = NEWEST_MINOR
  for (const [name, since] of STABLE) {
    if (names.has(name)) from = Math.max(from, since)
    else to = Math.min(to, since - 1)
  }
  for (const [name, since, gone] of PASSING) {
    if (!names.has(name)) continue
    from = Math.max(from, since)
    to = Math.min(to, gone - 1)
  }
  // Versions may be disabled, and during an upgrade two releases write: existing ones give a lower limit.
  return { from, to: from > to ? NEWEST_MINOR : to }
}

/**
 * The release indicated by a store. Kubelets are never newer than the API server and at most three releases older; if they contradict its
 * APIServices, those count.
 * @param kubelets versions reported by nodes, as `v1.36.0`
 * @param apiServices names of the APIServices
 */
export function releaseOf(kubelets: readonly string[], apiServices: readonly string[]): KnownRelease {
  const nodes = kubelets.reduce((most, version) => Math.max(most, minorOf(version) ?? 0), 0)
  const served = servedBy(new Set(apiServices))
  if (nodes > NEWEST_MINOR) return { minor: NEWEST_MINOR, from: 'newest' }
  if (served === undefined) return nodes === 0 ? { minor: NEWEST_MINOR, from: 'newest' } : { minor: nodes, from: 'nodes' }
  if (nodes > 0 && nodes >= served.from && nodes <= served.to) return { minor: nodes, from: 'nodes' }
  if (nodes > 0 && nodes < served.from) return { minor: served.from, from: 'api-services' }
  return served.to === NEWEST_MINOR ? { minor: NEWEST_MINOR, from: 'newest' } : { minor: served.to, from: 'api-services' }
}
