// What this package says, as codes with parameters: the catalogue has the sentences.

type Nothing = Record<never, never>

/** A message of another package, as a part of one of ours. */
interface AnyMessage {
  readonly code: string
  readonly params: Readonly<
    Record<string, string | number | readonly string[] | AnyMessage | readonly AnyMessage[] | readonly (readonly AnyMessage[])[]>
  >
}

interface Params {
  'stored-text': { text: string }
  'pod-outside-leases': { pod: string; ip: string }
  'pods-outside-leases': { pods: number; node: string }
  'pods-outside-leases-means': Nothing
  'pod-ip': { pod: string; ip: string }
  'pod-in-foreign-lease': { pod: string; node: string; ip: string; owner: string }
  'pods-in-foreign-lease': { pods: number; node: string; owner: string }
  'pods-in-foreign-lease-means': Nothing
  'pod-node-ip': { pod: string; node: string; ip: string }
  'lease-belongs-to': { lease: string; holder: string }
  'node-without-lease': { node: string }
  'node-without-lease-means': Nothing
  'node-addresses': { addresses: string }
  'node-addresses-none': Nothing
  'pod-cidr-differs': { node: string; cidr: string; lease: string }
  'pod-cidr-differs-means': Nothing
  'pod-cidr-is': { cidr: string }
  'lease-expires': { time: string }
  'node-heartbeat-none': Nothing
  'node-heartbeat-at': { time: string }
  'lease-expiring-node-silent': { lease: string; node: string; when: 'past' | 'soon' }
  'lease-expiring-node-silent-means': Nothing
  'lease-of-silent-node': { node: string; lease: string; left: string }
  'lease-of-silent-node-means': Nothing
  'lease-without-node': { lease: string; holder: string }
  'lease-without-known-node': { lease: string; holder: string }
  'lease-without-node-means': Nothing
  'lease-without-known-node-means': { nodes: string; more: number }
  'lease-outside-network': { lease: string; network: string }
  'lease-outside-network-means': Nothing
  'backend-differs': { lease: string; backend: string; configured: string }
  'backend-differs-means': Nothing
  'backend-is': { backend: string }
  'leases-overlap': { lease: string; other: string }
  'leases-overlap-means': Nothing
  'held-by': { holder: string }
  'lease-held-by': { lease: string; holder: string }
  'public-ip-twice': { ip: string; n: number; leases: string }
  'public-ip-twice-means': Nothing
  'vtep-mac-clash': { n: number; mac: string }
  'vtep-mac-clash-means': Nothing
  'vnis-differ': { vnis: string }
  'vnis-differ-means': Nothing
  'vni-differs': { vni: string; configured: string }
  'vni-differs-means': Nothing
  'vni-configured': { configured: string }
  'service-range-overlaps': { range: string; network: string }
  'service-range-overlaps-means': Nothing
  'many-pod-outside-leases': { n: number }
  'many-pod-in-foreign-lease': { n: number }
  'many-node-without-lease': { n: number }
  'many-lease-without-node': { n: number }
  'many-pod-cidr-differs': { n: number }
  'many-leases-overlap': { n: number }
  'many-lease-outside-network': { n: number }
  'many-public-ip-twice': { n: number }
  'many-lease-expiring-node-silent': { n: number }
  'many-lease-of-silent-node': { n: number }
  'many-backend-differs': { n: number }
  'many-vtep-mac-clash': { n: number }
  'many-vni-differs': { n: number }
  'many-service-range-overlaps': { n: number }
  'config-missing': { prefix: string }
  'leases-cut': { n: number; directory: string }
  'leases-none': { directory: string }
  'node-without-pod-cidr': { node: string }
  'node-without-public-ip': { node: string; annotation: string }
  'annotation-not-json': { annotation: string; node: string }
  'config-map-missing': Nothing
  'annotations-missing': Nothing
  'setting-missing': { setting: string }
  'setting-no-network': { setting: string; value: string; family: 'v4' | 'v6' }
  'setting-host-bits': { setting: string; value: string; network: string }
  'subnet-length-long': { setting: string; value: string; longest: string }
  'subnet-length-few': { setting: string; value: string; network: string }
  'subnet-length-wrong': { setting: string; value: string }
  'network-small': { network: string; longest: string }
  'setting-off-boundary': { setting: string; value: string; length: string }
  'setting-no-address': { setting: string; value: string; network: string }
  'settings-reversed': { min: string; max: string }
  'config-not-json': Nothing
  'config-no-object': Nothing
  'backend-unknown': { type: string }
  'note-port-kernel': Nothing
  'note-udp': Nothing
  'note-udp-without-backend': Nothing
  'name-no-subnet': { name: string }
  'lease-no-object': Nothing
  'lease-not-json': Nothing
  'lease-without-public-ip': Nothing
  'public-ip-wrong': { ip: string }
  'change-of': { label: string; was: string; is: string }
  'change-of-subnet': { was: string; is: string }
  'change-to-reservation': Nothing
  'change-to-lease': Nothing
  'change-readable': Nothing
  'config-at': { at: string }
  'search-stopped': { n: number; keyspace: string }
  'directory-cut': { directory: string }
  'looked-refused': { place: string }
  'looked-nothing': { place: string }
  'looked-found': { place: string }
  'looked-empty': { place: string }
  'looked-without-config': { place: string }
  'looked-no-search': { keyspace: string }
  'looked-everywhere': { keyspace: string; levels: number; skipped: string }
  'looked-absent': { keyspace: string; why: readonly AnyMessage[] }
  'looked-kubernetes': { nodes: number }
  'looked-kubernetes-refused': Nothing
  'part-unread': { part: 'v2' | 'v3' | 'objects'; why: readonly AnyMessage[] }
  'part-refused': { part: 'v2' | 'v3' | 'objects' }
  'not-readable': { kind: 'named' | 'outside' | 'both'; what: string[]; root: string }
  'compared-first': { most: number; what: 'heartbeats' | 'nodes' | 'pods' | 'services' | 'ranges' | 'cidrs' }
  'compared-unread': {
    unread: number
    count: number
    what: 'heartbeats' | 'nodes' | 'pods' | 'services' | 'ranges' | 'cidrs'
    why: readonly AnyMessage[]
  }
  'key-no-text': Nothing
}

/** One of the messages that {@link Params} lists: the code is the name of a member, `params` its value. */
export type FlannelMessage = { [Code in keyof Params]: { code: Code; params: Params[Code] } }[keyof Params]

/** The codes of messages without parameters. */
type PlainCode = {
  [Code in keyof Params]: Params[Code] extends Nothing ? (keyof Params[Code] extends never ? Code : never) : never
}[keyof Params]

/** A message without parameters. */
export const plain = (code: PlainCode): FlannelMessage => ({ code, params: {} }) as FlannelMessage
