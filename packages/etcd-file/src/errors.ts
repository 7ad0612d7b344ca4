// The closed list of errors that this package throws of itself; errors of the file's own `read` pass through unchanged.

/** The bytes are not what they are said to be, or broken beyond reading. The message says what and what to do. */
export class EtcdFileError extends Error {
  override readonly name: string = 'EtcdFileError'
}

/** The asked revision has been compacted away (etcd's ErrCompacted). */
export class CompactedError extends Error {
  override readonly name = 'CompactedError'
  readonly compactedRevision: bigint
  constructor(compactedRevision: bigint) {
    super(`the revision has been compacted: the oldest readable one is ${compactedRevision}`)
    this.compactedRevision = compactedRevision
  }
}

/** The asked revision lies after everything that the file holds (etcd's ErrFutureRev). */
export class FutureRevisionError extends Error {
  override readonly name = 'FutureRevisionError'
  readonly currentRevision: bigint
  constructor(currentRevision: bigint) {
    super(`the revision is a future one: the newest in this file is ${currentRevision}`)
    this.currentRevision = currentRevision
  }
}

/** The file held something else when it was read again: it is being written to, or was replaced, since it was opened. */
export class FileChangedError extends EtcdFileError {
  override readonly name = 'FileChangedError'
}
