// The clusters that this Registree shows, and what each of them can do.
import { type Static, Type } from 'typebox'
import { Instant, Nullable } from './primitives.ts'

/** One keyspace of a cluster; `unavailable` says in one sentence why it is not there. */
export const KeyspaceInfo = Type.Object({
  available: Type.Boolean(),
  source: Nullable(Type.Union([Type.Literal('etcd'), Type.Literal('file')])),
  unavailable: Nullable(Type.String()),
})
export type KeyspaceInfo = Static<typeof KeyspaceInfo>

/** What etcdctl and curl need to reach a live etcd as Registree does: file names and a user's name, and nothing secret. */
export const EtcdConnection = Type.Object({
  endpoints: Type.Array(Type.String(), { description: 'with their scheme, as the server reaches them' }),
  cacert: Nullable(Type.String({ description: 'absolute path of the CA file on the machine of the server' })),
  cert: Nullable(Type.String({ description: 'absolute path of the client certificate' })),
  key: Nullable(Type.String({ description: 'absolute path of its private key' })),
  insecureSkipVerify: Type.Boolean(),
  user: Nullable(Type.String({ description: 'the etcd user, never its password' })),
})
export type EtcdConnection = Static<typeof EtcdConnection>

export const ClusterInfo = Type.Object({
  name: Type.String(),
  title: Type.String({ description: 'what a person calls it; the name when nothing else was given' }),
  source: Type.Union([Type.Literal('etcd'), Type.Literal('file')]),
  /** For the status line: `after.db`, or the endpoints without credentials. */
  origin: Type.String(),
  /** The newest instant that a file knows of, which ages are relative to; null for a live etcd, and where nothing in a file tells a time. */
  asOf: Nullable(Instant),
  /** Null where there is no live etcd. */
  connection: Nullable(EtcdConnection),
  v3: KeyspaceInfo,
  v2: KeyspaceInfo,
  kubernetesPrefix: Type.String(),
  revealSecrets: Type.Boolean(),
})
export type ClusterInfo = Static<typeof ClusterInfo>

export const ClustersAnswer = Type.Object({ version: Type.String(), clusters: Type.Array(ClusterInfo) })
export type ClustersAnswer = Static<typeof ClustersAnswer>
