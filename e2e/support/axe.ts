// Checks a page with axe against WCAG 2.2 AA, in both themes.
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** The rules that depend on colours: all others have the same result in both themes. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']

/** Fails with each violation's theme, rule, target and what is wrong. Leaves the page in the light theme of all projects. */
export async function expectAccessible(page: Page): Promise<void> {
  const light = await violationsOf(
    new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']),
  )
  await page.emulateMedia({ colorScheme: 'dark' })
  await finishTransitions(page)
  const dark = await violationsOf(new AxeBuilder({ page }).withRules(COLOUR_RULES))
  await page.emulateMedia({ colorScheme: 'light' })
  expect({ light, dark }).toEqual({ light: [], dark: [] })
}

async function violationsOf(axe: AxeBuilder): Promise<string[]> {
  const { violations } = await axe.analyze()
  return violations.flatMap((violation) =>
    violation.nodes.map(
      (node) => `${violation.id}: ${node.target.join(' ')}: ${node.failureSummary?.split('\n').slice(1).join('; ') ?? ''}`,
    ),
  )
}

/** Colours that fade to the other theme's would be measured on their way. */
const finishTransitions = (page: Page) =>
  page.evaluate(() => {
    for (const animation of document.getAnimations()) if (animation instanceof CSSTransition) animation.finish()
  })
