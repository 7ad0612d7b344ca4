// Lets one tab serve several tests: what a page stored in it is removed after each.
import type { Page } from '@playwright/test'

/** The tab keeps no more than its files. */
export async function forget(tab: Page): Promise<void> {
  if (tab.url() === 'about:blank') return
  await tab.evaluate(() => {
    localStorage.clear()
    sessionStorage.clear()
  })
}
