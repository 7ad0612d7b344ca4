// The directories that a Kubernetes API server usually keeps below its prefix, so that the first listing knows where to look.
import { compareBytes, concatBytes, equalBytes, prefixEndOrNull, startsWithBytes, toUtf8OrNull, utf8 } from './bytes.ts'
import type { Milestone } from './key-scan.ts'

// Rough numbers of keys in a large cluster, for choosing the ends of Ranges only: what is there is what etcd answers. A directory that is
// not in this table is found all the same.
const usualDirectories: Record<string, number> = {
  'apiextensions.k8s.io': 300,
  'apiregistration.k8s.io': 60,
  certificatesigningrequests: 100,
  clusterrolebindings: 200,
  clusterroles: 300,
  configmaps: 50_000,
  controllerrevisions: 10_000,
  controllers: 200,
  cronjobs: 2_000,
  csidrivers: 10,
  csinodes: 2_000,
  daemonsets: 1_000,
  deployments: 20_000,
  endpointslices: 50_000,
  events: 200_000,
  flowschemas: 20,
  horizontalpodautoscalers: 5_000,
  ingress: 5_000,
  ingressclasses: 10,
  ipaddresses: 10_000,
  jobs: 10_000,
  leases: 20_000,
  limitranges: 1_000,
  masterleases: 5,
  minions: 5_000,
  mutatingwebhookconfigurations: 20,
  namespaces: 1_000,
  networkpolicies: 5_000,
  persistentvolumeclaims: 10_000,
  persistentvolumes: 10_000,
  poddisruptionbudgets: 5_000,
  pods: 200_000,
  podsecuritypolicy: 20,
  podtemplates: 100,
  priorityclasses: 20,
  prioritylevelconfigurations: 20,
  ranges: 3,
  replicasets: 100_000,
  resourcequotas: 1_000,
  rolebindings: 10_000,
  roles: 10_000,
  runtimeclasses: 10,
  secrets: 100_000,
  serviceaccounts: 20_000,
  services: 40_000,
  statefulsets: 5_000,
  storageclasses: 20,
  thirdpartyresources: 20,
  ThirdPartyResourceData: 1_000,
  validatingwebhookconfigurations: 20,
  volumeattachments: 10_000,
}

// Where the first name of a directory may lie in the alphabet: `api`, `default`, `kube-system`, a letter in the middle, near the end.
const firstSteps = ['b', 'e', 'l', 'q', 't', 'u'].map(utf8)
// What a namespace holds of one resource in a large cluster.
const usualNamespace = 3_000
// Most custom resources have few objects; the first large one tells that this cluster is another.
const usualCustomResources = 1_500

const registryPrefixes = ['/registry/', '/kubernetes.io/'].map(utf8)

/** Whether this is the prefix of an API server, with its `/`: `/registry/`, or OpenShift's. */
export function isRegistryPrefix(prefix: Uint8Array): boolean {
  return registryPrefixes.some((known) => equalBytes(known, prefix))
}

/** Whether what lies right below is directories of resources, not namespaces or objects: the registry itself, an API group, `services`. */
export function holdsResources(prefix: Uint8Array): boolean {
  return (
    tellingLists(prefix).customResourceDefinitions !== undefined ||
    registryPrefixes.some((registry) => equalBytes(prefix, concatBytes(registry, utf8('services/'))))
  )
}

/** Ends inside a directory, ascending, that show its first key without walking all of it. */
export function stepsInto(directory: Uint8Array): Uint8Array[] {
  return firstSteps.map((step) => concatBytes(directory, step))
}

/** What an earlier listing says of the cluster itself: names, without the directory that they lie in. */
export interface ClusterNames {
  namespaces: readonly Uint8Array[]
  /** `<plural>.<group>` */
  customResourceDefinitions: readonly Uint8Array[]
}

/** Lists that tell what to expect in `prefix`: directories whose keys are the names. Empty where nothing does. */
export function tellingLists(prefix: Uint8Array): { namespaces?: Uint8Array; customResourceDefinitions?: Uint8Array } {
  const registry = registryPrefixes.find((known) => startsWithBytes(prefix, known))
  if (registry === undefined) return {}
  const path = toUtf8OrNull(prefix.subarray(registry.length))?.split('/').slice(0, -1)
  if (path === undefined) return {}
  const [first = '', second] = path
  const namespaces = concatBytes(registry, utf8('namespaces/'))
  const customResourceDefinitions = concatBytes(registry, utf8('apiextensions.k8s.io/customresourcedefinitions/'))
  if (path.length === 0) return { customResourceDefinitions }
  if (first === 'namespaces' || first === 'ranges' || first === 'apiextensions.k8s.io' || first === 'apiregistration.k8s.io') return {}
  const group = first.includes('.')
  if (path.length === 1 && group) return { customResourceDefinitions }
  if (path.length === 1 && first !== 'services') return { namespaces }
  return path.length === 2 && second !== undefined && (group || first === 'services') ? { namespaces } : {}
}

/** What to expect below `prefix`: what clusters usually have and what the names of this one promise, in byte order. */
export function usualMilestones(prefix: Uint8Array, names: ClusterNames): Milestone[] {
  const milestones = new Map<string, Milestone>()
  const add = (name: string, weight: number, inside?: readonly Uint8Array[]) => {
    const start = concatBytes(prefix, utf8(`${name}/`))
    if (milestones.has(name)) return
    milestones.set(name, { start, end: prefixEndOrNull(start), weight, inside: inside ?? stepsInto(start), counted: false })
  }
  for (const name of names.namespaces) add(toUtf8OrNull(name) ?? '', usualNamespace)
  const registry = isRegistryPrefix(prefix)
  if (registry)
    for (const [name, weight] of Object.entries(usualDirectories))
      add(name, weight, name === 'services' ? stepsIntoServices(prefix) : undefined)
  const plurals = pluralsByGroup(names.customResourceDefinitions)
  if (registry) {
    for (const [group, ofGroup] of plurals) {
      const inside = ofGroup.slice(0, 4).flatMap((plural) => stepsInto(concatBytes(prefix, utf8(`${group}/${plural}/`))))
      add(group, usualCustomResources, inside.sort(compareBytes))
    }
  } else if (plurals.size > 0) {
    const group = toUtf8OrNull(prefix.subarray(prefix.lastIndexOf(0x2f, prefix.length - 2) + 1, prefix.length - 1))
    for (const plural of plurals.get(group ?? '') ?? []) add(plural, usualCustomResources)
  }
  return [...milestones.values()].filter(({ start }) => start.length > prefix.length + 1).sort((a, b) => compareBytes(a.start, b.start))
}

function stepsIntoServices(prefix: Uint8Array): Uint8Array[] {
  return ['services/endpoints/', 'services/specs/'].flatMap((directory) => stepsInto(concatBytes(prefix, utf8(directory))))
}

function pluralsByGroup(definitions: readonly Uint8Array[]): Map<string, string[]> {
  const plurals = new Map<string, string[]>()
  for (const definition of definitions) {
    const [plural = '', ...group] = (toUtf8OrNull(definition) ?? '').split('.')
    if (plural === '' || group.length === 0 || definition.includes(0x2f)) continue
    const ofGroup = plurals.get(group.join('.')) ?? []
    ofGroup.push(plural)
    plurals.set(group.join('.'), ofGroup)
  }
  for (const ofGroup of plurals.values()) ofGroup.sort()
  return plurals
}
