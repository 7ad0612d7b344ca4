// The usual directories below a Kubernetes API server's prefix, so that the first listing knows where to look.
import { compareBytes, concatBytes, equalBytes, prefixEndOrNull, SLASH, toUtf8OrNull, utf8 } from './bytes.ts'
import type { InnerEnd, Milestone } from './key-scan.ts'

// Approximate numbers of keys in a large cluster, only for choosing the ends of Ranges: etcd's answers decide what exists. Directories not in this
// table are found too, while each one that a cluster lacks costs a Range: only those of most clusters are listed.
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
  ThirdPartyResourceData: 30,
  validatingwebhookconfigurations: 20,
  volumeattachments: 10_000,
}

// Cluster-scoped resources: names of all kinds, or few of them.
const clusterScoped = new Set(
  'apiextensions.k8s.io apiregistration.k8s.io certificatesigningrequests clusterrolebindings clusterroles clustertrustbundles csidrivers csinodes deviceclasses devicetaintrules flowschemas ingressclasses ipaddresses masterleases minions mutatingadmissionpolicies mutatingadmissionpolicybindings mutatingwebhookconfigurations namespaces persistentvolumes podsecuritypolicy priorityclasses prioritylevelconfigurations ranges resourceclasses resourcepoolstatusrequests resourceslices runtimeclasses servicecidrs storageclasses storageversionmigrations storageversions ThirdPartyResourceData thirdpartyresources validatingadmissionpolicies validatingadmissionpolicybindings validatingwebhookconfigurations volumeattachments volumeattributesclasses'.split(
    ' ',
  ),
)

// Positions for the first name of a directory: `api`, `default`, `kube-system`, a letter in the middle, near the end; and the approximate share of
// names before that letter.
const firstSteps = [
  ['b', 0.04],
  ['e', 0.16],
  ['l', 0.4],
  ['q', 0.55],
  ['t', 0.8],
  ['u', 0.9],
].map(([letter, share]) => ({ letter: utf8(letter as string), share: share as number }))
// Directories that grow with the cluster indicate its size; the others vary.
const TELLING = 5_000
// Number of objects per namespace and resource in a large cluster.
const usualNamespace = 3_000
// Most custom resources have few objects; the first large one shows that this cluster differs.
const usualCustomResources = 500

const registryPrefixes = ['/registry/', '/kubernetes.io/'].map(utf8)

/**
 * The registry that a directory is in: up to the first `/registry/` or `/kubernetes.io/`, which a cluster that shares its etcd keeps below a name of its
 * own. Undefined if there is none.
 */
function registryOf(directory: Uint8Array): Uint8Array | undefined {
  let shortest: Uint8Array | undefined
  for (const name of registryPrefixes) {
    const most = (shortest?.length ?? directory.length) - name.length
    for (let at = directory.indexOf(SLASH); at >= 0 && at <= most; at = directory.indexOf(SLASH, at + 1)) {
      if (!name.every((byte, i) => directory[at + i] === byte)) continue
      shortest = directory.subarray(0, at + name.length)
      break
    }
  }
  return shortest
}

/** Whether this is an API server's prefix, with its `/`: `/registry/`, OpenShift's, or one of them below a name. */
export function isRegistryPrefix(prefix: Uint8Array): boolean {
  return registryOf(prefix)?.length === prefix.length
}

/** Whether resource directories are directly below it, not namespaces or objects: the registry itself, an API group, `services`. */
export function holdsResources(prefix: Uint8Array): boolean {
  return (
    tellingLists(prefix).customResourceDefinitions !== undefined ||
    equalBytes(prefix, concatBytes(registryOf(prefix) ?? new Uint8Array(), utf8('services/')))
  )
}

/** Ends inside a directory, ascending, to find its first key without walking all of it. */
export function stepsInto(directory: Uint8Array): InnerEnd[] {
  return firstSteps.map(({ letter, share }) => ({ end: () => concatBytes(directory, letter), share }))
}

/** Every key of a directory sorts before its name plus this, the byte after `/`. */
const behindSlash = utf8('0')

/** The same if its possible subdirectories are known: into the first of them, then over more and more. */
function stepsOver(directory: Uint8Array, names: readonly Uint8Array[]): InnerEnd[] {
  const [first] = names
  if (first === undefined) return stepsInto(directory)
  const into = stepsInto(concatBytes(directory, first, utf8('/'))).map(({ end, share }) => ({ end, share: share / names.length }))
  const over: InnerEnd[] = []
  for (let count = 1; count < names.length; count = Math.ceil(count * 1.5)) {
    const name = names[count - 1] as Uint8Array
    over.push({ end: () => concatBytes(directory, name, behindSlash), share: count / names.length })
  }
  return [...into, ...over]
}

/** What an earlier listing says about the cluster itself: names without their directory. */
export interface ClusterNames {
  namespaces: readonly Uint8Array[]
  /** `<plural>.<group>` */
  customResourceDefinitions: readonly Uint8Array[]
}

/** Lists that predict the content of `prefix`: directories whose keys are the names. Empty if there are none. */
export function tellingLists(prefix: Uint8Array): { namespaces?: Uint8Array; customResourceDefinitions?: Uint8Array } {
  const registry = registryOf(prefix)
  if (registry === undefined) return {}
  const path = toUtf8OrNull(prefix.subarray(registry.length))?.split('/').slice(0, -1)
  if (path === undefined) return {}
  const [first = '', second] = path
  const { namespaces, customResourceDefinitions } = listsOf(registry)
  if (path.length === 0) return { namespaces, customResourceDefinitions }
  if (first === 'namespaces' || first === 'ranges' || first === 'apiextensions.k8s.io' || first === 'apiregistration.k8s.io') return {}
  const group = first.includes('.')
  if (path.length === 1 && group) return { customResourceDefinitions }
  if (path.length === 1 && first !== 'services') return { namespaces }
  return path.length === 2 && second !== undefined && (group || first === 'services') ? { namespaces } : {}
}

/** Whether the keys below this directory predict others: a few hundred, none in a subdirectory. */
export function isListOfNames(prefix: Uint8Array): boolean {
  const registry = registryOf(prefix)
  if (registry === undefined) return false
  const { namespaces, customResourceDefinitions } = listsOf(registry)
  return equalBytes(prefix, namespaces) || equalBytes(prefix, customResourceDefinitions)
}

/** Whether this directory's children are objects by the registry's grammar: keys, not directories. */
export function holdsObjects(prefix: Uint8Array): boolean {
  const registry = registryOf(prefix)
  const path = registry && toUtf8OrNull(prefix.subarray(registry.length))?.split('/').slice(0, -1)
  const [first = ''] = path ?? []
  if (path === undefined || first === 'ThirdPartyResourceData') return false
  if (first.includes('.') || first === 'services') return path.length === 3
  return path.length === 2 || (path.length === 1 && clusterScoped.has(first))
}

function listsOf(registry: Uint8Array): { namespaces: Uint8Array; customResourceDefinitions: Uint8Array } {
  return {
    namespaces: concatBytes(registry, utf8('namespaces/')),
    customResourceDefinitions: concatBytes(registry, utf8('apiextensions.k8s.io/customresourcedefinitions/')),
  }
}

// Where to look into a registry: every cluster of its age has one of the first; what precedes them is a few thousand keys even in a large one.
const registrySteps = [
  ['apiregistration.k8s.io0', 0.02],
  ['clusterroles0', 0.05],
  ['configmaps/e', 0.07],
  ['d', 0.12],
  ['f', 0.3],
  ['pods/e', 0.5],
  ['s', 0.8],
].map(([name, share]) => ({ name: utf8(name as string), share: share as number }))

/** At the root of the keyspace: the possible registries, including OpenShift's own. Nobody has all of them, but nearly everybody the first. */
function registryMilestones(): Milestone[] {
  return [...registryPrefixes, utf8('/openshift.io/')].sort(compareBytes).map((start) => ({
    start,
    end: prefixEndOrNull(start),
    weight: start === registryPrefixes[0] ? 1_000_000 : 1_000,
    inside: registrySteps.map(({ name, share }) => ({ end: () => concatBytes(start, name), share })),
    counted: false,
    fixed: true,
  }))
}

/** What to expect below `prefix`, in byte order: from typical clusters and from the names in this one. */
export function usualMilestones(prefix: Uint8Array, names: ClusterNames): Milestone[] {
  if (prefix.length === 0) return registryMilestones()
  const milestones = new Map<string, Milestone>()
  const add = (name: string, weight: number, inside: readonly InnerEnd[], kind: Pick<Milestone, 'vague' | 'fixed'> = {}) => {
    const start = concatBytes(prefix, utf8(`${name}/`))
    if (!milestones.has(name)) milestones.set(name, { start, end: prefixEndOrNull(start), weight, inside, counted: false, ...kind })
  }
  const below = (name: string) => concatBytes(prefix, utf8(`${name}/`))
  const plurals = pluralsByGroup(names.customResourceDefinitions)
  if (isRegistryPrefix(prefix)) {
    const namespaces = names.namespaces.map((name) => [name, concatBytes(name, utf8('/'))] as const)
    // A namespace that is a prefix of another comes after it in a resource, because of the `/`.
    const inOrder = namespaces.sort(([, a], [, b]) => compareBytes(a, b)).map(([name]) => name)
    for (const [name, weight] of Object.entries(usualDirectories)) {
      if (name === 'services')
        add(
          name,
          weight,
          stepsThrough(
            ['endpoints', 'specs'].map((kind) => below(`services/${kind}`)),
            inOrder,
          ),
        )
      else if (clusterScoped.has(name)) add(name, weight, stepsInto(below(name)), { fixed: true })
      else add(name, weight, stepsOver(below(name), inOrder), { fixed: weight < TELLING })
    }
    for (const [group, ofGroup] of plurals)
      add(
        group,
        usualCustomResources,
        stepsThrough(
          ofGroup.slice(0, 4).map((plural) => below(`${group}/${plural}`)),
          inOrder,
        ),
        { vague: true },
      )
  } else {
    for (const name of names.namespaces) {
      const text = toUtf8OrNull(name) ?? ''
      add(text, usualNamespace, stepsInto(below(text)))
    }
    const group = toUtf8OrNull(prefix.subarray(prefix.lastIndexOf(0x2f, prefix.length - 2) + 1, prefix.length - 1))
    for (const plural of plurals.get(group ?? '') ?? []) add(plural, usualCustomResources, stepsInto(below(plural)))
  }
  return [...milestones.values()].filter(({ start }) => start.length > prefix.length + 1).sort((a, b) => compareBytes(a.start, b.start))
}

/** Steps into consecutive directories, each an equal part of the whole. */
function stepsThrough(directories: readonly Uint8Array[], names: readonly Uint8Array[]): InnerEnd[] {
  return [...directories]
    .sort(compareBytes)
    .flatMap((directory, i) => stepsOver(directory, names).map(({ end, share }) => ({ end, share: (i + share) / directories.length })))
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
