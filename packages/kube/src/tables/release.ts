// Determines the Kubernetes release of a store, as far as possible: its tables are printed as that release does.
import { NEWEST_RELEASE } from '../protobuf/plan.ts'
import { objectsAt, textAt, textsAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'

/** The newest minor release that the tables cover: 38 for 1.38. */
export const NEWEST_MINOR = minorOf(NEWEST_RELEASE) ?? 0

/** The source of the release: kubelets, the registered API versions, StorageVersion objects, or nothing; then it is the newest known. */
export type ReleaseSource = 'nodes' | 'api-services' | 'storage-versions' | 'newest'

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

/** Resources that came to a group which was there before, with the first release that serves them by default: APIServices do not tell these. */
const STABLE_RESOURCES: readonly [storageVersion: string, version: string, since: number][] = [
  ['networking.k8s.io.ingressclasses', 'networking.k8s.io/v1', 19],
  ['batch.cronjobs', 'batch/v1', 21],
  ['storage.k8s.io.csistoragecapacities', 'storage.k8s.io/v1', 24],
  ['admissionregistration.k8s.io.validatingadmissionpolicies', 'admissionregistration.k8s.io/v1', 30],
  ['networking.k8s.io.servicecidrs', 'networking.k8s.io/v1', 33],
  ['storage.k8s.io.volumeattributesclasses', 'storage.k8s.io/v1', 34],
  ['admissionregistration.k8s.io.mutatingadmissionpolicies', 'admissionregistration.k8s.io/v1', 36],
]

/** One entry of a StorageVersion object: the versions in which one API server can read a resource, as `apps/v1`. */
export interface StorageVersionEntry {
  /** The name of the object: `apps.deployments`, `core.pods`. */
  name: string
  apiServer: string
  versions: readonly string[]
}

/** The entries of a StorageVersion object; none of anything else. */
export function storageVersionEntries(object: KubeObject | undefined): StorageVersionEntry[] {
  const name = textAt(object, 'metadata', 'name')
  return objectsAt(object, 'status', 'storageVersions').map((entry) => ({
    name,
    apiServer: textAt(entry, 'apiServerID'),
    versions: [textAt(entry, 'encodingVersion'), ...textsAt(entry, 'decodableVersions')],
  }))
}

/** The releases whose API server can read what these entries say, both inclusive; undefined if unknown. */
function readBy(entries: readonly StorageVersionEntry[]): { from: number; to: number } | undefined {
  // `v1.apps` as the APIService of `apps/v1`, `v1.` as that of `v1`.
  const names = entries.flatMap(({ versions }) =>
    versions.map((version) => (version.includes('/') ? version.split('/').reverse().join('.') : `${version}.`)),
  )
  const range = servedBy(new Set(names))
  if (range === undefined) return undefined
  let { from, to } = range
  for (const [name, version, since] of STABLE_RESOURCES) {
    if (entries.some((entry) => entry.name === name && entry.versions.includes(version))) from = Math.max(from, since)
    else to = Math.min(to, since - 1)
  }
  return { from, to: from > to ? NEWEST_MINOR : to }
}

/** What a store says about its release. */
export interface ReleaseHints {
  /** Versions reported by nodes, as `v1.36.0`. */
  kubelets: readonly string[]
  /** Names of the APIServices, as `v1.apps`. */
  apiServices: readonly string[]
  /** Of API servers that run: entries outlive the feature that writes them, and then are of an older release. */
  storageVersions: readonly StorageVersionEntry[]
}

/**
 * The release indicated by a store. Kubelets are never newer than the API server and at most three releases older; if they contradict what its API
 * servers wrote, that counts.
 */
export function releaseOf({ kubelets, apiServices, storageVersions }: ReleaseHints): KnownRelease {
  const nodes = kubelets.reduce((most, version) => Math.max(most, minorOf(version) ?? 0), 0)
  if (nodes > NEWEST_MINOR) return { minor: NEWEST_MINOR, from: 'newest' }
  const { from, to } = limitsOf(servedBy(new Set(apiServices)), readBy(storageVersions))
  if (nodes > 0 && nodes >= from.minor && nodes <= to.minor) return { minor: nodes, from: 'nodes' }
  if (nodes > 0 && nodes < from.minor) return from
  return to
}

/** The oldest and the newest release possible, each with what says so. */
function limitsOf(...[served, read]: ({ from: number; to: number } | undefined)[]): { from: KnownRelease; to: KnownRelease } {
  const from: KnownRelease = { minor: served?.from ?? 0, from: 'api-services' }
  const to: KnownRelease =
    served !== undefined && served.to < NEWEST_MINOR ? { minor: served.to, from: 'api-services' } : { minor: NEWEST_MINOR, from: 'newest' }
  // What contradicts the APIServices is ignored: every API server writes those.
  if (read === undefined || read.to < from.minor || read.from > to.minor) return { from, to }
  return {
    from: read.from > from.minor ? { minor: read.from, from: 'storage-versions' } : from,
    to: read.to < to.minor ? { minor: read.to, from: 'storage-versions' } : to,
  }
}
