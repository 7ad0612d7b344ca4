// A keyspace page for tests: its tree, and its parsed URL.
import type { Locator, Page } from '@playwright/test'

export const tree = (page: Page): Locator => page.getByRole('tree')

export const row = (page: Page, name: string): Locator => tree(page).getByRole('treeitem', { name, exact: true })

/** The key or directory of the page, as hex of its bytes. */
export async function shownKey(page: Page): Promise<{ kind: string | null; hex: string | null }> {
  const marked = page.locator('[data-key]')
  return { kind: await marked.getAttribute('data-kind'), hex: await marked.getAttribute('data-key') }
}

export const hexOf = (bytes: Uint8Array | string): string => Buffer.from(bytes as string).toString('hex')
