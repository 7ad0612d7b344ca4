// Types a two-key shortcut at human speed, also on a slow machine.
import type { Page } from '@playwright/test'

/** Sends both keys before either is handled: waiting for the first could exceed the time limit of the second. */
export async function pressInTurn(page: Page, first: string, second: string): Promise<void> {
  await Promise.all([page.keyboard.press(first), page.keyboard.press(second)])
}
