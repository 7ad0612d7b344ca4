// The state of a cluster: members and raft of a live etcd, or facts about a file.
import { type Static, Type } from 'typebox'
import { Problem } from './errors.ts'
import { NoticeCode } from './messages.ts'
import { Cost, HexId, Instant, MessageParams, Nullable, Revision } from './primitives.ts'

/** Something noticed while opening or reading a source. */
export const Notice = Type.Object({
  level: Type.Union([Type.Literal('info'), Type.Literal('warning'), Type.Literal('error')]),
  where: Type.String(),
  message: Type.String({ description: 'English text, for readers of the API' }),
  code: NoticeCode,
  params: MessageParams,
})
export type Notice = Static<typeof Notice>

/** An endpoint's answer to Maintenance.Status; `error` if it failed. Sizes in bytes. */
export const EndpointStatus = Type.Object({
  endpoint: Type.String(),
  server: Type.Union([Type.Literal('etcd'), Type.Literal('grpc-proxy'), Type.Literal('kine')], {
    description: 'what answers: a member of etcd, a proxy in front of one, or kine (k3s on an SQL database)',
  }),
  error: Nullable(Type.String()),
  memberId: Nullable(HexId),
  version: Nullable(Type.String()),
  dbSize: Nullable(Type.Integer()),
  dbSizeInUse: Nullable(Type.Integer()),
  dbSizeQuota: Nullable(Type.Integer({ description: 'from etcd 3.6 on; null where there is no quota' })),
  storageVersion: Nullable(Type.String({ description: 'the version of the database file; from etcd 3.6 on' })),
  isLeader: Type.Boolean(),
  isLearner: Type.Boolean(),
  leader: Nullable(HexId),
  raftTerm: Nullable(Revision),
  raftIndex: Nullable(Revision),
  raftAppliedIndex: Nullable(Revision),
  errors: Type.Array(Type.String()),
})
export type EndpointStatus = Static<typeof EndpointStatus>

export const Member = Type.Object({
  /** Null behind a gRPC proxy and for kine, which have none. */
  id: Nullable(HexId),
  name: Type.String(),
  peerURLs: Type.Array(Type.String()),
  clientURLs: Type.Array(Type.String()),
  isLearner: Type.Boolean(),
  isLeader: Type.Boolean(),
})
export type Member = Static<typeof Member>

export const EtcdStatus = Type.Object({
  clusterId: Nullable(HexId),
  leader: Nullable(HexId),
  raftTerm: Nullable(Revision),
  raftIndex: Nullable(Revision),
  version: Nullable(Type.String()),
  endpoints: Type.Array(EndpointStatus),
  alarms: Type.Array(Type.Object({ memberId: HexId, alarm: Type.String() })),
  downgradeTarget: Nullable(Type.String({ description: 'the version of a downgrade that is under way; from etcd 3.6 on' })),
})

export const FileStatus = Type.Object({
  name: Type.String({ description: 'base name of the file or directory' }),
  kind: Type.Union([Type.Literal('snapshot'), Type.Literal('database'), Type.Literal('data-directory'), Type.Literal('v2-snapshot')]),
  size: Type.Integer({ description: 'bytes' }),
  modified: Nullable(Instant),
  /** The newest instant found in the data; ages in a file are relative to it. */
  asOf: Nullable(Instant),
  trailer: Nullable(
    Type.Union([
      Type.Literal('verified'),
      Type.Literal('mismatch'),
      Type.Literal('absent'),
      Type.Literal('truncated'),
      Type.Literal('checking'),
    ]),
  ),
  /** The result of bbolt's page check, as in etcdctl: `refused` is a file that etcdctl would not accept. */
  structure: Nullable(Type.Union([Type.Literal('sound'), Type.Literal('refused'), Type.Literal('checking')])),
  pageSize: Nullable(Type.Integer()),
  dbSize: Nullable(Type.Integer()),
  dbSizeInUse: Nullable(Type.Integer()),
  totalEntries: Nullable(Type.Integer({ description: 'entries of all buckets' })),
  clusterVersion: Nullable(Type.String()),
  storageVersion: Nullable(Type.String()),
  /** The target of a running downgrade; '' if the file does not name it. */
  downgradeTo: Nullable(Type.String()),
  consistentIndex: Nullable(Revision),
  raftTerm: Nullable(Revision),
  raftCommit: Nullable(Revision),
  /** What happened to the log beside the database; null if there is none. */
  log: Nullable(
    Type.Object({
      databaseIndex: Revision,
      shownIndex: Revision,
      applied: Type.Integer({ description: 'writes that are in the log alone, and shown' }),
      uncertain: Type.Integer({ description: 'writes that a majority may never have had, and that are not shown' }),
      missing: Type.Integer({ description: 'writes that could not be applied, and are not shown' }),
    }),
  ),
  nodeId: Nullable(HexId),
  clusterId: Nullable(HexId),
})
export type FileStatus = Static<typeof FileStatus>

/** A directory on the front page; `children` is null until it was counted. */
export const TopDirectory = Type.Object({
  keyspace: Type.Union([Type.Literal('v3'), Type.Literal('v2')]),
  key: Type.Optional(Type.String()),
  key64: Type.Optional(Type.String()),
  directory: Type.Boolean(),
})
export type TopDirectory = Static<typeof TopDirectory>

export const StatusAnswer = Type.Object({
  name: Type.String(),
  source: Type.Union([Type.Literal('etcd'), Type.Literal('file')]),
  readAt: Instant,
  v3: Nullable(
    Type.Object({
      revision: Revision,
      compactedRevision: Nullable(Revision),
      keys: Nullable(Type.Integer({ description: 'live keys, where that is known without asking etcd to count' })),
    }),
  ),
  /** Why there is no `v3`; also null without such a keyspace. */
  v3Problem: Nullable(Problem),
  v2: Nullable(Type.Object({ index: Revision })),
  members: Type.Array(Member),
  etcd: Nullable(EtcdStatus),
  file: Nullable(FileStatus),
  notices: Type.Array(Notice),
  /** Since the server started: how much Registree has read. */
  cost: Type.Intersect([Cost, Type.Object({ inFlight: Type.Integer() })]),
})
export type StatusAnswer = Omit<Static<typeof StatusAnswer>, 'v3Problem'> & { v3Problem: Problem | null }
