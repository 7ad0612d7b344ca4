// Finds leaf pages without the tree above them: what is left of a file that was truncated or lost its root.
import type { BoltFile } from './bolt.ts'
import { checkedPage, headerProblem, overflowOf, PAGE_HEADER, type TreePage, viewOf } from './bolt-page.ts'

const READ_BYTES = 1024 * 1024

/**
 * Every page of the file that is a valid leaf by its own bytes, in file order; long unused pages are among them. A page is valid until the next is
 * requested. Rejects with the signal's reason when aborted; unreadable pages are skipped.
 */
export async function* strayLeaves(
  { file, pageSize }: Pick<BoltFile, 'file' | 'pageSize'>,
  options: { signal?: AbortSignal; onProgress?: (share: number) => void } = {},
): AsyncGenerator<TreePage> {
  const pages = Math.floor(file.size / pageSize)
  const width = Math.max(1, Math.floor(READ_BYTES / pageSize))
  const read = (first: number, count: number) => file.read(first * pageSize, count * pageSize).catch(() => null)
  for (let first = 2, next = 2; first < pages; first += width) {
    options.signal?.throwIfAborted()
    const count = Math.min(width, pages - first)
    const bytes = await read(first, count)
    for (let id = Math.max(first, next); bytes !== null && id < first + count; id++) {
      const start = (id - first) * pageSize
      const header = viewOf(bytes.subarray(start, start + PAGE_HEADER))
      if (headerProblem(header, id, pages) !== null) continue
      const length = 1 + overflowOf(header)
      const span = id + length <= first + count ? bytes.subarray(start, start + length * pageSize) : await read(id, length)
      const page = span === null ? null : checkedPage(id, id * pageSize, span, null, null)
      if (page === null || 'code' in page || !page.leaf) continue
      yield page
      // Its overflow pages have no headers, only bytes of values.
      id += length - 1
      next = id + 1
    }
    options.onProgress?.(Math.min(1, (first + count) / pages))
  }
}
