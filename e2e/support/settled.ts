// Waits until a page has all its data: nothing pending, no read in flight.
import { expect, type Page } from '@playwright/test'

export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
  await expect(page.locator('[data-pending]')).toHaveCount(0)
  // The status line counts the reads of this page; a page without a cluster has none.
  await expect(page.getByText(/[1-9]\d* in flight/)).toHaveCount(0)
}
