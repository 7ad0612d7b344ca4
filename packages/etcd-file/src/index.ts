// The entry of @registree/etcd-file: everything other rooms may use.
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
  snapFiles,
  walFiles,
} from './file-kind.ts'
export {
  type ChangesRequest,
  type DatabaseStats,
  type HistoryEntry,
  type KeyValue,
  MvccKeyspace,
  type MvccOptions,
  openMvcc,
  type RangeAnswer,
  type RangeRequest,
  type StoredChange,
} from './mvcc.ts'
export { bytesAccess, compareBytes, type Finding, type RandomAccess } from './random-access.ts'
export { type TrailerState, verifyTrailer } from './trailer.ts'
export { openV2Store, type RaftFacts, type V2Event, type V2Node, type V2Sources, V2Store } from './v2-store.ts'
