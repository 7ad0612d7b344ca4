// The least recently used pages of a database, limited by their total size.
import type { TreePage } from './bolt-page.ts'

export class PageCache {
  private readonly pages = new Map<number, TreePage>()
  private bytes = 0
  private readonly limit: number

  /** `limit` is the total size of the pages, in bytes. */
  constructor(limit: number) {
    this.limit = limit
  }

  get(id: number): TreePage | null {
    const page = this.pages.get(id)
    if (!page) return null
    // A Map keeps insertion order: reinserted at the end, the page is the newest.
    this.pages.delete(id)
    this.pages.set(id, page)
    return page
  }

  /** Caches a page, unless it is a view of a larger read (which it would keep in memory) or too large. */
  offer(id: number, page: TreePage): void {
    const size = page.bytes.length
    if (page.bytes.buffer.byteLength > 2 * size || size > this.limit / 4 || this.pages.has(id)) return
    this.pages.set(id, page)
    this.bytes += size
    for (const [oldest, old] of this.pages) {
      if (this.bytes <= this.limit) break
      this.pages.delete(oldest)
      this.bytes -= old.bytes.length
    }
  }
}
