// A file on disk as "read N bytes at an offset": opened read-only, never loaded whole.
import { constants, open, stat } from 'node:fs/promises'
import { EtcdFileError, type RandomAccess } from '@registree/etcd-file'
import { notRegular } from './file-fault.ts'

export interface NodeFile extends RandomAccess {
  readonly modified: Date
  /** What has happened to the opened file or its path since, in one sentence; null if nothing. */
  changed(): Promise<string | null>
  close(): Promise<void>
}

/** Rejects with Node's own error if the file cannot be opened, and with EtcdFileError for a pipe, socket, device or directory. */
export async function openNodeFile(path: string): Promise<NodeFile> {
  refuse(notRegular(await stat(path)))
  // Opening a pipe waits for its writer. Without O_NONBLOCK this would hang if a pipe had just replaced the file.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const facts = await handle.stat()
  const { size, mtime, mtimeMs, ino, dev } = facts
  const fault = notRegular(facts)
  if (fault !== null) await handle.close()
  refuse(fault)
  const readInto = async (offset: number, target: Uint8Array) => {
    for (let filled = 0; filled < target.length; ) {
      const left = target.length - filled
      const { bytesRead } = await handle.read(target, filled, left, offset + filled)
      if (bytesRead === 0)
        throw new EtcdFileError(`the file ends at ${offset + filled}: it was cut short since it was opened with ${size} bytes`)
      filled += bytesRead
    }
  }
  return {
    size,
    modified: mtime,
    async read(offset, length) {
      const bytes = new Uint8Array(length)
      await readInto(offset, bytes)
      return bytes
    },
    readInto,
    async changed() {
      const own = await handle.stat()
      if (own.size < size)
        return `The file was cut short from ${size} to ${own.size} bytes since it was opened: what lay behind cannot be read.`
      if (own.size !== size || own.mtimeMs !== mtimeMs)
        return 'The file was written to since it was opened: what is read now may not fit what was read then.'
      const there = await stat(path).catch(() => null)
      if (there === null) return 'The file was removed since it was opened: it is still read, and gone when Registree ends.'
      if (there.ino !== ino || there.dev !== dev)
        return 'Another file lies in this place since this one was opened: the one that was opened is shown.'
      return null
    },
    close: () => handle.close(),
  }
}

function refuse(fault: string | null): void {
  if (fault !== null) throw new EtcdFileError(fault)
}
