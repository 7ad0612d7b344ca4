// What this package says about files, as codes with parameters: the catalogue has the sentences.

type Nothing = Record<never, never>

/** One of the messages that `Params` lists: the code is the name of a member, `params` its value. */
type MessageOf<Params> = { [Code in keyof Params & string]: { code: Code; params: Params[Code] } }[keyof Params & string]

/** Parts of sentences: what is wrong with a page, a record or a file. */
export type FileMessage = MessageOf<{
  'stored-text': { text: string }
  'fault-missing': Nothing
  'fault-permission': Nothing
  'fault-not-permitted': Nothing
  'fault-link-loop': Nothing
  'fault-no-directory': Nothing
  'fault-directory': Nothing
  'fault-long-path': Nothing
  'fault-disk': Nothing
  'fault-stale': Nothing
  'fault-no-driver': Nothing
  'fault-files-open': Nothing
  'fault-files-open-on-host': Nothing
  'fault-pipe': Nothing
  'fault-socket': Nothing
  'fault-character-device': Nothing
  'fault-block-device': Nothing
  'fault-no-regular-file': Nothing
  'fault-ends': { at: number; size: number }
  'fault-short-read': { read: number; length: number; at: number }
  'file-tiny': { size: number }
  'file-without-meta': { why: FileMessage }
  'file-big-endian': Nothing
  'file-keys-large': Nothing
  'file-is-changed': Nothing
  'hash-none': { why: FindingMessage }
  'beyond-file': Nothing
  'over-file': Nothing
  'over-database': Nothing
  'checksum-wrong': Nothing
  'cannot-be-read': { why: FileMessage }
  'says-other-page': Nothing
  'meta-magic': { stored: string; magic: string }
  'meta-version': { version: number }
  'meta-page-size': { size: number }
  'meta-page-size-other': { size: number; other: number }
  'meta-pages': { pages: string }
  'meta-root': { root: string; pages: string }
  'page-says': { page: string }
  'page-kind': { kind: string }
  'page-kind-unknown': { flags: string }
  'page-over-database': { pages: number }
  'page-elements': { elements: number }
  'page-branch-empty': Nothing
  'page-key-empty': { element: number }
  'page-element-outside': { element: number }
  'page-key-order': { element: number }
  'page-begins-early': Nothing
  'page-ends-late': Nothing
  'page-not-of-database': { pages: number }
  'page-twice': Nothing
  'page-over-used': { page: string }
  'bucket-header': { size: number }
  'bucket-without-page': Nothing
  'bucket-inline-page': { why: FileMessage }
  'bucket-inline-no-leaf': Nothing
  'entry-no-key-value': Nothing
  'entry-no-revision': Nothing
  'entry-revision-range': Nothing
  'entry-version-range': Nothing
  'entry-revision-other': { revision: string }
  'freelist-kind': { flags: string }
  'freelist-pages': { pages: number }
  'record-cut': Nothing
  'record-long': { bytes: number }
  'record-no-record': Nothing
  'record-checksum-of-other': Nothing
  'record-no-entry': Nothing
  'record-content': Nothing
  'record-type': { type: string }
  'record-of-other-member': Nothing
  'snap-empty': Nothing
  'snap-cut': Nothing
  'snap-without-content': Nothing
  'snap-checksum': Nothing
  'snap-no-raft': Nothing
  'snap-no-json': Nothing
  'snap-without-root': Nothing
  'snap-root-no-directory': Nothing
  'snap-no-node': { name: string; path: string }
  'snap-index': Nothing
  'v2-without-beginning': Nothing
  'v2-without-files': Nothing
  'log-database-damaged': Nothing
  'log-begins-late': { first: string; databaseIndex: string }
  'log-entry-refused': { index: string; why: FileMessage }
  'request-no-raft': Nothing
  'request-kind': { kind: string }
  'request-content': { kind: string }
  'request-transaction': Nothing
  'request-unreadable': Nothing
  'requests-name-many': { most: number }
  'requests-compare-much': Nothing
}>

/** Sentences: what was noticed about a file. */
export type FindingMessage = MessageOf<{
  'meta-page-unusable': { page: number; why: FileMessage }
  'meta-page-unchecked': { page: number }
  'state-of-older-transaction': { newer: string; older: string }
  'file-cut': { size: number; here: number }
  'entry-outside-buckets': Nothing
  'bucket-broken': { bucket: string; why: FileMessage }
  'tree-circle': { most: number }
  'page-broken': { page: string; why: FileMessage }
  'entry-left-out': { element: number; page: string; why: FileMessage }
  'more-like-it': Nothing
  'bucket-key-missing': Nothing
  'keys-gathered': { changes: number; pages: number }
  'record-size': { name: string; size: number; expected: number }
  'record-no-revision': { name: string }
  'record-unreadable': { kind: 'downgrade' | 'member' | 'alarm' | 'user' | 'role'; name: string }
  'restored-bumped': { revision: string }
  'compaction-unfinished': { scheduled: string; finished: string }
  'freelist-wrong': {
    inUse: string[]
    inUseCount: number
    twice: string[]
    twiceCount: number
    lost: string[]
    lostCount: number
    whole: number
  }
  'freelist-unreadable': { page: string; problem: FileMessage; whole: number }
  'log-applied': { writes: number; databaseIndex: string; shownIndex: string }
  'log-missing': { writes: number; shownIndex: string; reason: FileMessage }
  'log-short': { entries: string; reached: string; committed: string }
  'log-uncertain': { writes: number; first: string; last: string }
  'log-torn': { segment: string; offset: string }
  'log-damaged': { segment: string; offset: string; problem: FileMessage }
  'log-data-after-end': { segment: string; offset: string; at: string }
  'snapshot-not-in-log': { index: string; used: string }
  'snapshot-unmentioned': { index: string }
  'snapshot-without-log': Nothing
  'snapshot-passed-over': { why: FileMessage }
  'log-after-snapshot': { first: string; start: string }
  'entry-unreadable': { index: string }
}>

/** A message without parameters. */
export const plain = <Code extends FileMessage['code']>(code: Code) => ({ code, params: {} }) as Extract<FileMessage, { code: Code }>

/** What an error says: our own messages, and the words of others. */
export function messageOf(error: unknown): FileMessage {
  if (error instanceof Error && 'says' in error) return error.says as FileMessage
  return { code: 'stored-text', params: { text: error instanceof Error ? error.message : String(error) } }
}
