// The errors thrown by this package; errors of the file's own `read` pass through unchanged.
import type { FileMessage } from './file-messages.ts'

/** The bytes have another format, or are too damaged to read. `says` is what is wrong and what to do. */
export class EtcdFileError extends Error {
  override readonly name: string = 'EtcdFileError'
  readonly says: FileMessage
  constructor(says: FileMessage) {
    super(`${says.code} ${JSON.stringify(says.params)}`)
    this.says = says
  }
}

/** The requested revision has been compacted (etcd's ErrCompacted). */
export class CompactedError extends Error {
  override readonly name = 'CompactedError'
  readonly compactedRevision: bigint
  constructor(compactedRevision: bigint) {
    super(`the revision has been compacted: the oldest readable one is ${compactedRevision}`)
    this.compactedRevision = compactedRevision
  }
}

/** The requested revision is newer than everything in the file (etcd's ErrFutureRev). */
export class FutureRevisionError extends Error {
  override readonly name = 'FutureRevisionError'
  readonly currentRevision: bigint
  constructor(currentRevision: bigint) {
    super(`the revision is a future one: the newest in this file is ${currentRevision}`)
    this.currentRevision = currentRevision
  }
}

/** The file changed after it was opened: it is being written to, or was replaced. */
export class FileChangedError extends EtcdFileError {
  override readonly name = 'FileChangedError'
}
