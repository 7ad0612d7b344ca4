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

export const ClusterInfo = Type.Object({
  name: Type.String(),
  title: Type.String({ description: 'what a person calls it; the name when nothing else was given' }),
  source: Type.Union([Type.Literal('etcd'), Type.Literal('file')]),
  /** For the status line: `after.db`, or the endpoints without credentials. */
  origin: Type.String(),
  /** The newest instant that a file knows of, which ages are relative to; null for a live etcd, and where nothing in a file tells a time. */
  asOf: Nullable(Instant),
  v3: KeyspaceInfo,
  v2: KeyspaceInfo,
  kubernetesPrefix: Type.String(),
  revealSecrets: Type.Boolean(),
})
export type ClusterInfo = Static<typeof ClusterInfo>

export const ClustersAnswer = Type.Object({ version: Type.String(), clusters: Type.Array(ClusterInfo) })
export type ClustersAnswer = Static<typeof ClustersAnswer>
