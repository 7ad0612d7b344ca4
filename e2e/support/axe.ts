// Checks a page with axe against WCAG 2.2 AA, in both themes.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, type Page } from '@playwright/test'
import type * as Axe from 'axe-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** The rules that depend on colours: all others have the same result in both themes. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']

/** Fails with each violation's theme, rule, target and what is wrong. Leaves the page in the light theme of all projects. */
export async function expectAccessible(page: Page): Promise<void> {
  const light = await violationsOf(page, { type: 'tag', values: TAGS })
  await page.emulateMedia({ colorScheme: 'dark' })
  await finishTransitions(page)
  const dark = await violationsOf(page, { type: 'rule', values: COLOUR_RULES })
  await page.emulateMedia({ colorScheme: 'light' })
  expect({ light, dark }).toEqual({ light: [], dark: [] })
}

/** Runs axe in the page, and details only what is wrong: with a description of each element that passes it takes three times as long. */
async function violationsOf(page: Page, runOnly: Axe.RunOnly): Promise<string[]> {
  // The pages have no frames, which would need a run each.
  expect(page.frames()).toHaveLength(1)
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE)
  return await page.evaluate(async (only) => {
    const { axe } = window as unknown as { axe: typeof Axe }
    const { violations } = await axe.run(document, { runOnly: only, resultTypes: ['violations'] })
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary?.split('\n').slice(1).join('; ') ?? ''}`),
    )
  }, runOnly)
}

/** Colours that fade to the other theme's would be measured on their way. */
const finishTransitions = (page: Page) =>
  page.evaluate(() => {
    for (const animation of document.getAnimations()) if (animation instanceof CSSTransition) animation.finish()
  })
