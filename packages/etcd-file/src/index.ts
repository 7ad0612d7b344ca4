// The entry of @registree/etcd-file for other packages.
export { type BoltBucket, type BoltEntry, type BoltFile, type BoltOptions, openBolt } from './bolt.ts'
export { crcHash } from './crc-hash.ts'
export { crc32c } from './crc32c.ts'
export { CompactedError, EtcdFileError, FileChangedError, FutureRevisionError } from './errors.ts'
export type { AlarmRecord, EtcdRecords, LeaseRecord, MemberRecord, RoleRecord, UserRecord } from './etcd-records.ts'
export {
  classify,
  classifyDirectory,
  contiguousWal,
  type DirectoryKind,
  type FileKind,
  HEAD_BYTES,
  isPartialSnapshot,
  snapDatabaseName,
  snapFiles,
  snapIndices,
  walFiles,
} from './file-kind.ts'
export { type FileMessage, type FindingMessage, messageOf } from './file-messages.ts'
export { checkFreelist } from './freelist.ts'
export { appliedIndex, beginningIndex, leastAppliedIndex, type MemberLog, type MemberLogSources, readMemberLog } from './member-log.ts'
export {
  type ChangeColumns,
  type ChangesRequest,
  type DatabaseStats,
  type HistoryEntry,
  type KeyValue,
  type LogFacts,
  MvccKeyspace,
  type MvccOptions,
  type RangeAnswer,
  type RangeRequest,
  type StoredChange,
} from './mvcc.ts'
export { openMvcc } from './open-mvcc.ts'
export { bytesAccess, compareBytes, type Finding, type RandomAccess } from './random-access.ts'
export type { ValuePlaces } from './stored-value.ts'
export { type TrailerState, verifyTrailer } from './trailer.ts'
export { openV2Store, type RaftFacts, raftFacts, type V2Event, type V2Node, type V2Sources, V2Store } from './v2-store.ts'
