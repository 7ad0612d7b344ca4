// The answer about flannel: its networks, subnet holders, disagreements with Kubernetes, and the owner of an address.
import { type Static, Type } from 'typebox'
import { FlannelMessage } from './messages.ts'
import { Cost, Instant, Nullable, Revision } from './primitives.ts'

const Severity = Type.Union([Type.Literal('info'), Type.Literal('warning'), Type.Literal('error')])
const Family = Type.Union([Type.Literal(4), Type.Literal(6)])
/** A number of subnets in decimal: an IPv6 network has more than a double can count. */
const Count = Type.String({ pattern: '^-?[0-9]+$' })

/** Where something is stored. A v3 key that ends in `/` is a directory. */
export const FlannelKeyRef = Type.Object({ keyspace: Type.Union([Type.Literal('v2'), Type.Literal('v3')]), key: Type.String() })
export type FlannelKeyRef = Static<typeof FlannelKeyRef>

const FlannelSentences = Type.Array(FlannelMessage, { description: 'the text as codes' })
/** What flannel’s network says, in English and as codes. */
export const FlannelText = Type.Object({ text: Type.String(), sentences: FlannelSentences })
export type FlannelText = Static<typeof FlannelText>

export const FlannelNotice = Type.Object({
  severity: Severity,
  message: Type.String({ description: 'English text' }),
  sentences: FlannelSentences,
})
export type FlannelNotice = Static<typeof FlannelNotice>

/** One effective setting of the config. */
export const FlannelSetting = Type.Object({
  name: Type.String(),
  value: Type.String(),
  origin: Type.Union([Type.Literal('config'), Type.Literal('default')]),
  masked: Type.Optional(Type.Literal(true)),
  note: Type.Optional(Type.Object({ text: Type.String(), sentences: FlannelSentences })),
})
export type FlannelSetting = Static<typeof FlannelSetting>

export const FlannelLease = Type.Object({
  source: FlannelKeyRef,
  /** `10.5.34.0/24`. Both are null if the key is not a subnet. */
  v4: Nullable(Type.String()),
  v6: Nullable(Type.String()),
  publicIP: Nullable(Type.String()),
  publicIPv6: Nullable(Type.String()),
  node: Nullable(Type.Object({ name: Type.String(), source: FlannelKeyRef })),
  backendType: Nullable(Type.String()),
  backendData: Type.Array(Type.Object({ label: Type.String(), value: Type.String() })),
  /** Null if it does not expire, or if that is unknown. */
  expiration: Nullable(Instant),
  reservation: Type.Boolean(),
  created: Nullable(Revision),
  modified: Nullable(Revision),
  notices: Type.Array(FlannelNotice),
})
export type FlannelLease = Static<typeof FlannelLease>

/** The address space of one family; counts are in subnets of `subnetLength`. */
export const FlannelPlan = Type.Object({
  family: Family,
  network: Type.String(),
  subnetLength: Type.Integer(),
  min: Type.String({ description: 'the first subnet that is handed out' }),
  max: Type.String({ description: 'the last one' }),
  total: Count,
  used: Count,
  reserved: Count,
  free: Count,
  outside: Count,
  strays: Type.Integer({ description: 'leases outside the network' }),
  next: Type.Array(Type.String(), { description: 'the free subnets among which flannel picks one at random for a new node' }),
})
export type FlannelPlan = Static<typeof FlannelPlan>

export const FlannelFinding = Type.Object({
  id: Type.String(),
  severity: Type.Union([Type.Literal('warning'), Type.Literal('error')]),
  title: FlannelText,
  meaning: FlannelText,
  evidence: Type.Array(Type.Object({ text: Type.String(), sentences: FlannelSentences, source: FlannelKeyRef })),
})
export type FlannelFinding = Static<typeof FlannelFinding>

export const FlannelNetwork = Type.Object({
  id: Type.String(),
  manager: Type.Union([Type.Literal('etcd-v2'), Type.Literal('etcd-v3'), Type.Literal('kubernetes')]),
  prefix: Nullable(Type.String()),
  foundBy: Type.Union([Type.Literal('setting'), Type.Literal('default'), Type.Literal('search'), Type.Literal('kubernetes')]),
  configSource: Nullable(FlannelKeyRef),
  leasesSource: Nullable(FlannelKeyRef),
  backendType: Nullable(Type.String()),
  settings: Type.Array(FlannelSetting),
  plans: Type.Array(FlannelPlan),
  leases: Type.Array(FlannelLease),
  findings: Type.Array(FlannelFinding),
  notices: Type.Array(FlannelNotice),
})
export type FlannelNetwork = Static<typeof FlannelNetwork>

/** What the networks were compared with, and when that was read. */
export const FlannelCompared = Type.Object({
  nodes: Type.Integer(),
  pods: Type.Integer(),
  services: Type.Integer(),
  /** The v3 revision of the reading; null if no v3 keyspace was read. */
  revision: Nullable(Revision),
  nodesReadAt: Nullable(Instant),
  podsReadAt: Nullable(Instant),
})
export type FlannelCompared = Static<typeof FlannelCompared>

export const FlannelAnswer = Type.Object({
  readAt: Instant,
  /** The current time used for the findings: of the file, or of the reading; null if unknown. */
  now: Nullable(Instant),
  /** This answer's position in the stream of changes, for `after`. Null if nothing can change. */
  token: Nullable(Type.String()),
  networks: Type.Array(FlannelNetwork),
  /** Where networks were searched. */
  looked: Type.Array(FlannelText),
  notices: Type.Array(FlannelNotice),
  compared: FlannelCompared,
  cost: Cost,
})
export type FlannelAnswer = Static<typeof FlannelAnswer>

export const FlannelAddressQuery = Type.Object({ ip: Type.String({ maxLength: 64, description: 'an IP address' }) })

/** The holders of an address, most specific first; empty if there is none. */
export const FlannelAddressAnswer = Type.Object({
  address: Type.String(),
  matches: Type.Array(Type.Object({ kind: Type.String(), text: Type.String(), source: Nullable(FlannelKeyRef) })),
  cost: Cost,
})
export type FlannelAddressAnswer = Static<typeof FlannelAddressAnswer>
