// Types a shortcut of two keys as quickly as a person does, however slow the machine is.
import type { Page } from '@playwright/test'

/** Both keys are sent before either is handled: waiting for the first would let the time for the second pass. */
export async function pressInTurn(page: Page, first: string, second: string): Promise<void> {
  await Promise.all([page.keyboard.press(first), page.keyboard.press(second)])
}
