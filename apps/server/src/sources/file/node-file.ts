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
  return {
    size,
    modified: mtime,
    async read(offset, length) {
      const bytes = new Uint8Array(length)
      let filled = 0
      while (filled < length) {
        const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled)
        if (bytesRead === 0) throw new Error(`the file ends at ${offset + filled}, ${length - filled} bytes before what was to be read`)
        filled += bytesRead
      }
      return bytes
    },
    close: () => handle.close(),
  }
}
