// A file on disk as a RandomAccess, and where the big fixtures are: for tests only.
import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { RandomAccess } from '../src/random-access.ts'

/** Opens a file for positional reads. Close it when done. */
export async function diskFile(path: string): Promise<RandomAccess & { close(): Promise<void> }> {
  const handle = await open(path, 'r')
  const { size } = await handle.stat()
  return {
    size,
    async read(offset, length) {
      const bytes = Buffer.allocUnsafeSlow(length)
      const { bytesRead } = await handle.read(bytes, 0, length, offset)
      if (bytesRead !== length) throw new Error(`${bytesRead} of ${length} bytes at ${offset}`)
      return bytes
    },
    close: () => handle.close(),
  }
}

/** The captured cluster's directory beside the repository, or null (and a printed reason) where it is not there. */
export function capturedCluster(): string | null {
  const path = fileURLToPath(new URL('../../../../shared/fixtures/kube-1.20', import.meta.url))
  if (existsSync(path)) return path
  console.warn(`skipped: the captured cluster is not at ${path}`)
  return null
}
