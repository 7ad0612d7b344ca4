// Checks that nothing moves on a page without input while its parts arrive late and in an unfavourable order.
import { expect, type Page } from '@playwright/test'

type Moved = { value: number; what: string[] }

/** Call before the page is opened: records all layout shifts. */
export async function noteShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const moved: Moved[] = []
    Object.assign(window, { moved })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value, hadRecentInput, sources } = entry as unknown as {
          value: number
          hadRecentInput: boolean
          sources: { node: Node | null; previousRect: DOMRect; currentRect: DOMRect }[]
        }
        const named = (node: Node | null) => (node instanceof Element ? node.outerHTML : (node?.textContent ?? '')).slice(0, 120)
        const places = (a: DOMRect, b: DOMRect) => `${a.x},${a.y} ${a.width}x${a.height} to ${b.x},${b.y} ${b.width}x${b.height}`
        if (!hadRecentInput)
          moved.push({ value, what: sources.map((one) => `${places(one.previousRect, one.currentRect)}: ${named(one.node)}`) })
      }
    }).observe({ type: 'layout-shift', buffered: true })
  })
}

/** The shift that is allowed: a centred text that grows by a digit moves by a few pixels. */
const A_DIGIT = 0.0005

/** Call when everything expected is there. */
export async function expectSteady(page: Page): Promise<void> {
  // One frame later the last part is drawn and its shift recorded.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  const moved = await page.evaluate(() => (window as unknown as { moved: Moved[] }).moved)
  expect(moved.filter(({ value }) => value > A_DIGIT)).toEqual([])
  expect(moved.reduce((sum, { value }) => sum + value, 0)).toBeLessThan(2 * A_DIGIT)
}

/** Delays answers by milliseconds; the first matching path decides. */
export async function delayAnswers(page: Page, delays: readonly (readonly [path: RegExp, milliseconds: number])[]): Promise<void> {
  await page.route('**/api/**', async (route) => {
    const { pathname } = new URL(route.request().url())
    const [, milliseconds = 0] = delays.find(([path]) => path.test(pathname)) ?? []
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    // The page may have been closed meanwhile.
    await route.continue().catch(() => {})
  })
}
