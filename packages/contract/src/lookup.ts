// The answer of a look-up: who has an address, network, port or host name, where it is, and whether it is free.
import { type Static, Type } from 'typebox'
import { FlannelKeyRef, FlannelNotice } from './flannel.ts'
import { Cost, Instant, Nullable, Revision } from './primitives.ts'

export const LookupQuery = Type.Object({
  q: Type.String({
    minLength: 1,
    maxLength: 512,
    description: 'an address, a CIDR, a port, a host name; an address or a name may have a port, and a URL stands for its host',
  }),
})

/** How a match relates to the question. */
export const LOOKUP_RELATIONS = [
  // For an address.
  'pod-address',
  'host-network',
  /** A finished pod, which has released the address. */
  'pod-ended',
  'node-address',
  'cluster-ip',
  'external-ip',
  'load-balancer',
  'endpoint',
  'api-server',
  'ingress-address',
  /** An IPAddress object that allocates the address to another object. */
  'ip-address',
  // For a port.
  'node-port',
  'health-check-port',
  'host-port',
  'service-port',
  // For a host name.
  'service-name',
  'pod-name',
  'node-name',
  'external-name',
  'load-balancer-name',
  'ingress-host',
  'route-host',
  // For a network.
  'inside',
] as const
export type LookupRelation = (typeof LOOKUP_RELATIONS)[number]
export const LookupRelation = Type.Unsafe<LookupRelation>(Type.Union(LOOKUP_RELATIONS.map((relation) => Type.Literal(relation))))

export const LookupMatch = Type.Object({
  relation: LookupRelation,
  text: Type.String({ description: 'the same in an English sentence, for readers of the API' }),
  kind: Type.String({ description: 'of the object: `Pod`, `Service`, `SubnetLease`' }),
  namespace: Type.String({ description: 'empty where it has none' }),
  name: Type.String(),
  /** The matching address, if a network was asked for; else empty. */
  address: Type.String(),
  /** The node where it is, its owner (`Service shop/web`), or the rule with the host. */
  of: Type.String(),
  /** Further details: the phase of a pod, the state of an endpoint, the type of a Service. */
  state: Type.String(),
  /** Ports as `http 80/TCP → 8080`; only the matching ones if a port was asked for. */
  ports: Type.Array(Type.String()),
  source: FlannelKeyRef,
})
export type LookupMatch = Static<typeof LookupMatch>

/** A range that contains the address or port, or overlaps the network. */
export const LookupPlace = Type.Object({
  kind: Type.Union([
    Type.Literal('subnet'),
    Type.Literal('pod-cidr'),
    Type.Literal('service-range'),
    Type.Literal('pod-network'),
    Type.Literal('node-ports'),
  ]),
  range: Type.String({ description: '`172.30.36.0/24`, `30000-32767`' }),
  /** The subnet's holder, as `172.20.0.115`; empty if there is none. */
  holder: Type.String(),
  /** Its flannel network; empty if it belongs to none. */
  network: Type.String(),
  /** Whether Kubernetes has allocated the address or port; null if etcd does not tell. */
  allocated: Nullable(Type.Boolean()),
  source: Nullable(FlannelKeyRef),
  text: Type.String({ description: 'the same in English' }),
})
export type LookupPlace = Static<typeof LookupPlace>

export const LOOKUP_VERDICTS = [
  /** Something has it. */
  'held',
  /** Kubernetes has allocated it, but nothing has it. */
  'allocated',
  /** Nothing has it, and it can be assigned. */
  'free',
  /** It cannot be assigned: `reason` says why. */
  'reserved',
  /** It is in no known range. */
  'outside',
  /** No holder was found, but not everything could be read. */
  'unknown',
  /** Nothing has this name. */
  'unnamed',
  /** A network was asked for: what is in it. */
  'network',
] as const
export type LookupVerdict = (typeof LOOKUP_VERDICTS)[number]
export const LookupVerdict = Type.Unsafe<LookupVerdict>(Type.Union(LOOKUP_VERDICTS.map((verdict) => Type.Literal(verdict))))

export const LOOKUP_REASONS = ['network-address', 'broadcast-address', 'bridge-address', 'never-handed-out'] as const
export type LookupReason = (typeof LOOKUP_REASONS)[number]
export const LookupReason = Type.Unsafe<LookupReason>(Type.Union(LOOKUP_REASONS.map((reason) => Type.Literal(reason))))

export const LookupAnswer = Type.Object({
  question: Type.Object({
    kind: Type.Union([Type.Literal('address'), Type.Literal('network'), Type.Literal('port'), Type.Literal('host')]),
    /** The question as understood, in full. */
    text: Type.String(),
    port: Nullable(Type.Integer()),
  }),
  verdict: LookupVerdict,
  reason: Nullable(LookupReason),
  /** What has it, most relevant first. */
  matches: Type.Array(LookupMatch),
  /** How many more matches there are. */
  more: Type.Integer(),
  /** Smallest first. */
  places: Type.Array(LookupPlace),
  /** What was searched. */
  searched: Type.Array(
    Type.Object({
      what: Type.String({ description: 'a directory of the registry, as `services/specs`, or `flannel`' }),
      objects: Type.Integer(),
      /** There are more than were searched. */
      cut: Type.Boolean(),
      unread: Type.Integer(),
    }),
  ),
  notices: Type.Array(FlannelNotice),
  /** Null if no v3 keyspace was read. */
  revision: Nullable(Revision),
  readAt: Instant,
  /** The time of a file; null for a live etcd. */
  asOf: Nullable(Instant),
  cost: Cost,
})
export type LookupAnswer = Static<typeof LookupAnswer>
