// The directories that a Kubernetes API server usually keeps below its prefix, so that the first listing knows where to look.
import { compareBytes, concatBytes, equalBytes, prefixEndOrNull, utf8 } from './bytes.ts'
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

const registryPrefixes = ['/registry/', '/kubernetes.io/'].map(utf8)

/** Whether this is the prefix of an API server, with its `/`: `/registry/`, or OpenShift's. */
export function isRegistryPrefix(prefix: Uint8Array): boolean {
  return registryPrefixes.some((known) => equalBytes(known, prefix))
}

/** Ends inside a directory, ascending, that show its first key without walking all of it. */
export function stepsInto(directory: Uint8Array): Uint8Array[] {
  return firstSteps.map((step) => concatBytes(directory, step))
}

/** What to expect below `prefix` when it is the prefix of an API server; nothing for any other. */
export function usualMilestones(prefix: Uint8Array): Milestone[] {
  if (!isRegistryPrefix(prefix)) return []
  return Object.entries(usualDirectories)
    .map(([name, weight]) => milestone(prefix, utf8(`${name}/`), weight))
    .sort((a, b) => compareBytes(a.start, b.start))
}

/** What to expect below the directory of a resource when these are the namespaces of the cluster, in byte order. */
export function namespaceMilestones(prefix: Uint8Array, namespaces: readonly Uint8Array[]): Milestone[] {
  return namespaces
    .map((name) => milestone(prefix, concatBytes(name, utf8('/')), usualNamespace))
    .sort((a, b) => compareBytes(a.start, b.start))
}

function milestone(prefix: Uint8Array, name: Uint8Array, weight: number): Milestone {
  const start = concatBytes(prefix, name)
  return { start, end: prefixEndOrNull(start), weight, inside: stepsInto(start), counted: false }
}
