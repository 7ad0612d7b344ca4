// The keys of an invented cluster of any size, like a real one: few large directories, many small ones, random name suffixes.

const suffixDigits = 'bcdfghjklmnpqrstvwxz2456789'
const namespaceNames = ['default', 'kube-node-lease', 'kube-public', 'kube-system', 'shop', 'monitoring', 'ingress-nginx', 'cert-manager']
const words = [
  'api',
  'auth',
  'billing',
  'cart',
  'catalog',
  'checkout',
  'gateway',
  'inventory',
  'ledger',
  'mailer',
  'orders',
  'search',
  'storefront',
  'worker',
]

export interface ClusterShape {
  /** Approximate total number of keys. */
  keys: number
  namespaces?: number
  /** Pods in the namespace `shop`. */
  shopPods?: number
  /** Whether custom resources hold a tenth of all keys. */
  customResources?: boolean
}

// Share of the keys in thousandths, for directories that grow with the cluster.
const namespaced: Record<string, number> = {
  configmaps: 90,
  controllerrevisions: 15,
  cronjobs: 4,
  daemonsets: 2,
  deployments: 40,
  endpointslices: 60,
  events: 250,
  horizontalpodautoscalers: 5,
  ingress: 6,
  jobs: 15,
  leases: 6,
  limitranges: 1,
  networkpolicies: 6,
  persistentvolumeclaims: 10,
  poddisruptionbudgets: 10,
  pods: 180,
  replicasets: 90,
  resourcequotas: 1,
  rolebindings: 15,
  roles: 15,
  secrets: 110,
  serviceaccounts: 20,
  'services/endpoints': 20,
  'services/specs': 20,
  statefulsets: 4,
}
const clusterScoped: Record<string, number> = {
  'apiregistration.k8s.io/apiservices': 40,
  certificatesigningrequests: 12,
  clusterrolebindings: 80,
  clusterroles: 110,
  csidrivers: 2,
  csinodes: 300,
  flowschemas: 13,
  ingressclasses: 2,
  masterleases: 3,
  minions: 300,
  mutatingwebhookconfigurations: 4,
  persistentvolumes: 400,
  priorityclasses: 4,
  prioritylevelconfigurations: 8,
  storageclasses: 4,
  validatingwebhookconfigurations: 6,
  volumeattachments: 300,
}
const custom: Record<string, number> = {
  'acme.cert-manager.io/orders': 5,
  'argoproj.io/applications': 30,
  'cert-manager.io/certificaterequests': 20,
  'cert-manager.io/certificates': 10,
  'crd.projectcalico.org/ipamblocks': 15,
  'kyverno.io/policyreports': 10,
  'monitoring.coreos.com/servicemonitors': 10,
}

/** The same keys for the same shape. Not sorted. */
export function clusterKeys(shape: ClusterShape): string[] {
  const random = mulberry32(20_26)
  const pick = (from: string) => from[Math.floor(random() * from.length)] as string
  const suffix = (length: number) => Array.from({ length }, () => pick(suffixDigits)).join('')
  const namespaceCount = shape.namespaces ?? 60
  const namespaces = [...namespaceNames]
  for (let i = 0; namespaces.length < namespaceCount; i++) namespaces.push(`team-${String(i).padStart(2, '0')}`)
  const keys = ['compact_rev_key', '/registry/ranges/serviceips', '/registry/ranges/servicenodeports']
  for (const name of namespaces) keys.push(`/registry/namespaces/${name}`)
  for (const resource of Object.keys(custom))
    keys.push(`/registry/apiextensions.k8s.io/customresourcedefinitions/${resource.split('/').reverse().join('.')}`)
  // Most definitions have no objects.
  for (let i = 0; i < 80; i++)
    keys.push(`/registry/apiextensions.k8s.io/customresourcedefinitions/${words[i % words.length]}s.group${i % 20}.example.com`)
  for (const [resource, count] of Object.entries(clusterScoped)) {
    const scaled = count >= 300 ? Math.min(count, Math.ceil(shape.keys / 300)) : count
    for (let i = 0; i < scaled; i++) keys.push(`/registry/${resource}/${words[i % words.length]}-${i}`)
  }
  const shares = shape.customResources === false ? namespaced : { ...namespaced, ...custom }
  const shop = shape.shopPods ?? Math.min(10_000, Math.floor(shape.keys * 0.05))
  for (let i = 0; i < shop; i++) keys.push(`/registry/pods/shop/${words[i % words.length]}-${suffix(9)}-${suffix(5)}`)
  const budget = shape.keys - keys.length
  const total = Object.values(shares).reduce((sum, share) => sum + share, 0)
  for (const [resource, share] of Object.entries(shares)) {
    const count = Math.floor((budget * share) / total)
    for (let i = 0; i < count; i++) {
      const namespace = namespaces[Math.floor(random() ** 1.5 * namespaces.length)]
      keys.push(`/registry/${resource}/${namespace}/${words[Math.floor(random() * words.length)]}-${suffix(9)}-${suffix(5)}`)
    }
  }
  return keys
}

/** A small seeded random number generator in [0, 1). */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
