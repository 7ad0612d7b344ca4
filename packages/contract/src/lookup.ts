// The answer of a look-up: whose an address, a network, a port or a host name is, where it lies, and whether it is free.
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

/** How one thing is connected with what was asked for. */
export const LOOKUP_RELATIONS = [
  // Of an address.
  'pod-address',
  'host-network',
  /** A pod that has ended: its address was given back. */
  'pod-ended',
  'node-address',
  'cluster-ip',
  'external-ip',
  'load-balancer',
  'endpoint',
  'api-server',
  'ingress-address',
  /** An IPAddress object, by which the address is allocated to another object. */
  'ip-address',
  // Of a port.
  'node-port',
  'health-check-port',
  'host-port',
  'service-port',
  // Of a host name.
  'service-name',
  'pod-name',
  'node-name',
  'external-name',
  'load-balancer-name',
  'ingress-host',
  'route-host',
  // Of a network.
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
  /** The address by which it belongs to the answer, where a network was asked for; else empty. */
  address: Type.String(),
  /** The node on which it is, the object that it belongs to (`Service shop/web`), or the rule that names the host. */
  of: Type.String(),
  /** What else tells it apart: the phase of a pod, the state of an endpoint, the type of a Service. */
  state: Type.String(),
  /** Ports as `http 80/TCP → 8080`; those that were asked for where a port was. */
  ports: Type.Array(Type.String()),
  source: FlannelKeyRef,
})
export type LookupMatch = Static<typeof LookupMatch>

/** A range in which the address or the port lies, or which the network touches. */
export const LookupPlace = Type.Object({
  kind: Type.Union([
    Type.Literal('subnet'),
    Type.Literal('pod-cidr'),
    Type.Literal('service-range'),
    Type.Literal('pod-network'),
    Type.Literal('node-ports'),
  ]),
  range: Type.String({ description: '`172.30.36.0/24`, `30000-32767`' }),
  /** Who has the subnet, as `172.20.0.115`; empty where nobody does. */
  holder: Type.String(),
  /** The flannel network that it belongs to; empty where it belongs to none. */
  network: Type.String(),
  /** Whether Kubernetes has allocated the address or port; null where nothing in etcd tells it. */
  allocated: Nullable(Type.Boolean()),
  source: Nullable(FlannelKeyRef),
  text: Type.String({ description: 'the same in English' }),
})
export type LookupPlace = Static<typeof LookupPlace>

export const LOOKUP_VERDICTS = [
  /** Something has it. */
  'held',
  /** Kubernetes has allocated it, and nothing has it. */
  'allocated',
  /** Nothing has it, and something may be given it. */
  'free',
  /** Nothing may be given it: `reason` says why. */
  'reserved',
  /** It lies in no range that is known. */
  'outside',
  /** Nothing that has it was found, and not everything could be read. */
  'unknown',
  /** Nothing is called so. */
  'unnamed',
  /** A network was asked for: what lies in it. */
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
    /** As it was understood, written in full. */
    text: Type.String(),
    port: Nullable(Type.Integer()),
  }),
  verdict: LookupVerdict,
  reason: Nullable(LookupReason),
  /** What has it, the most telling first. */
  matches: Type.Array(LookupMatch),
  /** How many more there are than are listed. */
  more: Type.Integer(),
  /** The smallest first. */
  places: Type.Array(LookupPlace),
  /** What was looked through. */
  searched: Type.Array(
    Type.Object({
      what: Type.String({ description: 'a directory of the registry, as `services/specs`, or `flannel`' }),
      objects: Type.Integer(),
      /** There are more than were looked at. */
      cut: Type.Boolean(),
      unread: Type.Integer(),
    }),
  ),
  notices: Type.Array(FlannelNotice),
  /** Null where no v3 keyspace was read. */
  revision: Nullable(Revision),
  readAt: Instant,
  /** The time of a file; null for a live etcd. */
  asOf: Nullable(Instant),
  cost: Cost,
})
export type LookupAnswer = Static<typeof LookupAnswer>
