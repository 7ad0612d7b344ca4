// The clusters of this Registree, and what each can do.
import { type Static, Type } from 'typebox'
import { ErrorMessage } from './messages.ts'
import { Instant, Nullable } from './primitives.ts'

/** One keyspace of a cluster; `unavailable` says why it is missing. */
export const KeyspaceInfo = Type.Object({
  available: Type.Boolean(),
  source: Nullable(Type.Union([Type.Literal('etcd'), Type.Literal('file')])),
  unavailable: Nullable(Type.String({ description: 'English text' })),
  sentences: Type.Array(ErrorMessage, { description: 'the same as codes' }),
})
export type KeyspaceInfo = Static<typeof KeyspaceInfo>

/** What etcdctl and curl need to reach a live etcd as Registree does: file names and a user name, no secrets. */
export const EtcdConnection = Type.Object({
  endpoints: Type.Array(Type.String(), { description: 'with their scheme, as the server reaches them' }),
  cacert: Nullable(Type.String({ description: 'absolute path of the CA file on the machine of the server' })),
  cert: Nullable(Type.String({ description: 'absolute path of the client certificate' })),
  key: Nullable(Type.String({ description: 'absolute path of its private key' })),
  insecureSkipVerify: Type.Boolean(),
  user: Nullable(Type.String({ description: 'the etcd user, never its password' })),
})
export type EtcdConnection = Static<typeof EtcdConnection>
/**
 * How far a keyspace was searched for registries. `no`: it does not exist, or could not be read. `part`: there are more directories than are
 * searched.
 */
export const LookedThrough = Type.Union([
  Type.Literal('no'),
  Type.Literal('usual'),
  Type.Literal('part'),
  Type.Literal('top'),
  Type.Literal('two levels'),
])
export type LookedThrough = Static<typeof LookedThrough>

/** The prefixes where API servers keep their objects in a cluster’s etcd. */
export const ClusterRegistry = Type.Object({
  chosen: Type.Union([Type.Literal('given'), Type.Literal('default'), Type.Literal('found')], {
    description: 'why `kubernetesPrefix` is read: it was named, it is the usual one, or it is where objects were found',
  }),
  holds: Nullable(Type.Boolean({ description: 'whether anything is stored below it; null while that is not known' })),
  looked: Nullable(Type.Object({ v3: LookedThrough, v2: LookedThrough })),
  others: Type.Array(
    Type.Object({
      keyspace: Type.Union([Type.Literal('v3'), Type.Literal('v2')]),
      prefix: Type.String({ description: 'without a slash at its end' }),
      holds: Type.Array(Type.String(), { description: 'the first few of its directories' }),
      cluster: Nullable(Type.String({ description: 'the name under which its pages are, of a v3 registry' })),
    }),
  ),
})
export type ClusterRegistry = Static<typeof ClusterRegistry>

export const ClusterInfo = Type.Object({
  name: Type.String(),
  title: Type.String({ description: 'what a person calls it; the name when nothing else was given' }),
  source: Type.Union([Type.Literal('etcd'), Type.Literal('file')]),
  /** For the status line: `after.db`, or the endpoints without credentials. */
  origin: Type.String(),
  /** The newest instant found in a file, which ages are relative to; null for a live etcd, and if a file contains no time. */
  asOf: Nullable(Instant),
  /** Null without a live etcd, and if reaching it needs a token, which no command may contain. */
  connection: Nullable(EtcdConnection),
  v3: KeyspaceInfo,
  v2: KeyspaceInfo,
  kubernetesPrefix: Type.String(),
  registry: ClusterRegistry,
  revealSecrets: Type.Boolean(),
})
export type ClusterInfo = Static<typeof ClusterInfo>

export const ClustersAnswer = Type.Object({ version: Type.String(), clusters: Type.Array(ClusterInfo) })
export type ClustersAnswer = Static<typeof ClustersAnswer>
