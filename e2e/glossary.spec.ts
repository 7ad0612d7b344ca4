// What puzzles a newcomer is explained where it is met, and all of it in one place.
import { expect, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { settled } from './support/settled.ts'

for (const [path, term, said] of [
  ['/demo/v3/registry/minions/', 'minions/', 'Nodes were called minions before Kubernetes 1.0'],
  ['/demo/v3/registry/ranges/', 'ranges/', 'a bitmap with one bit for each of them'],
  ['/demo/v3/registry/masterleases/', 'masterleases/', 'the endpoints of the Service kubernetes'],
  ['/demo/v3/registry/pods/shop/stuck-big', 'Finalizers', 'a deleted object stays until every controller has removed its own'],
  ['/demo/v3/registry/pods/shop/stuck-big', 'v2 and v3', 'A key in one does not exist in the other'],
  ['/demo/v3/registry/pods/shop/stuck-big', 'Revision and resourceVersion', 'The resourceVersion of an object is not stored'],
  ['/demo/flannel', 'flannel’s subnet leases', 'Each node leases one subnet of the pod network'],
] as const)
  test(`${path} explains ${term}`, async ({ page }) => {
    await page.goto(path)
    await settled(page)
    const question = page.getByRole('button', { name: `What is this? ${term}` }).first()
    await question.focus()
    await page.keyboard.press('Enter')
    await expect(page.getByText(said)).toBeVisible()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await expect(page.getByText(said)).toBeHidden()
    await expect(question).toBeFocused()
  })

test('all terms are under the list of shortcuts, by keyboard alone @phone', async ({ page }) => {
  await page.goto('/demo')
  await settled(page)
  await page.keyboard.press('?')
  await page.getByRole('button', { name: 'Glossary' }).press('Enter')
  const all = page.getByRole('dialog', { name: 'Glossary' })
  await expect(all.locator('dt')).toHaveCount(11)
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(all).toBeHidden()
})

test('the question mark leads to the page of all terms, which leads to where they are @phone', async ({ page }) => {
  await page.goto('/demo/v3/registry/minions/')
  await settled(page)
  await page.getByRole('button', { name: 'What is this? minions/' }).first().click()
  await page.getByRole('link', { name: 'All terms' }).click()
  await expect(page).toHaveURL(/\/demo\/learn#minions$/)
  await expect(page.getByRole('heading', { level: 2 })).toHaveCount(11)
  await expect(page.getByRole('region', { name: 'minions/' })).toBeFocused()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Table of minions' }).click()
  await expect(page).toHaveURL(/\/demo\/resources\/minions$/)
})
