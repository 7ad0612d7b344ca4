// A file on disk as "read N bytes at an offset": opened read-only, never loaded whole.
import { constants, open, stat } from 'node:fs/promises'
import { EtcdFileError, type RandomAccess } from '@registree/etcd-file'
import type { FileMessage } from '../../messages/in-english.ts'
import { notRegular } from './file-fault.ts'

export interface NodeFile extends RandomAccess {
  readonly modified: Date
  /** What has happened to the opened file or its path since; null if nothing. */
  changed(): Promise<FileMessage | null>
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
      if (bytesRead === 0) throw new EtcdFileError({ code: 'fault-ends', params: { at: offset + filled, size } })
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
    descriptor: handle.fd,
    async changed() {
      const own = await handle.stat()
      if (own.size < size) return { code: 'changed-cut', params: { size, own: own.size } }
      if (own.size !== size || own.mtimeMs !== mtimeMs) return { code: 'changed-written', params: {} }
      const there = await stat(path).catch(() => null)
      if (there === null) return { code: 'changed-removed', params: {} }
      if (there.ino !== ino || there.dev !== dev) return { code: 'changed-replaced', params: {} }
      return null
    },
    close: () => handle.close(),
  }
}

function refuse(fault: ReturnType<typeof notRegular>): void {
  if (fault !== null) throw new EtcdFileError(fault)
}
