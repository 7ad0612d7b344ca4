// Whether anything moves on a page that nobody has touched, when its parts arrive late and in an unkind order.
import { expect, type Page } from '@playwright/test'

type Moved = { value: number; what: string[] }

/** Before the page is opened: everything that moves is noted. */
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

/** A text that grows by a digit moves its own beginning by a few pixels: that much, and no more. */
const A_DIGIT = 0.0005

/** When all that was waited for is there. */
export async function expectSteady(page: Page): Promise<void> {
  // A frame later the last of it has been drawn, and its shift been told.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  const moved = await page.evaluate(() => (window as unknown as { moved: Moved[] }).moved)
  expect(moved.filter(({ value }) => value > A_DIGIT)).toEqual([])
  expect(moved.reduce((sum, { value }) => sum + value, 0)).toBeLessThan(2 * A_DIGIT)
}

/** Holds answers back by so many milliseconds; the first path that matches says how long. */
export async function delayAnswers(page: Page, delays: readonly (readonly [path: RegExp, milliseconds: number])[]): Promise<void> {
  await page.route('**/api/**', async (route) => {
    const { pathname } = new URL(route.request().url())
    const [, milliseconds = 0] = delays.find(([path]) => path.test(pathname)) ?? []
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    // The page may have been left meanwhile.
    await route.continue().catch(() => {})
  })
}
