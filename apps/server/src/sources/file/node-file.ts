// A file on disk as "read N bytes at offset": opened read-only, never loaded whole.
import { open } from 'node:fs/promises'
import type { RandomAccess } from '@registree/etcd-file'

export interface NodeFile extends RandomAccess {
  readonly modified: Date
  close(): Promise<void>
}

/** Rejects with Node's own error when the file cannot be opened. */
export async function openNodeFile(path: string): Promise<NodeFile> {
  const handle = await open(path, 'r')
  const { size, mtime } = await handle.stat()
  const readInto = async (offset: number, target: Uint8Array) => {
    for (let filled = 0; filled < target.length; ) {
      const left = target.length - filled
      const { bytesRead } = await handle.read(target, filled, left, offset + filled)
      if (bytesRead === 0) throw new Error(`the file ends at ${offset + filled}, ${left} bytes before what was to be read`)
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
    close: () => handle.close(),
  }
}
