// The bounds of the changes that a replayed log keeps.
import { expect, it } from 'vitest'
import { V2Tree } from './v2-tree.ts'

const PERMANENT = { expires: null, refresh: false }

it('keeps the newest changes within its limits, and knows from where on they are all', () => {
  const tree = new V2Tree({ events: 8, characters: 1000 })
  for (let i = 1; i <= 30; i++) tree.set('/1/a', false, String(i), PERMANENT)
  expect(tree.events.length).toBeLessThanOrEqual(8)
  expect(tree.events.at(-1)).toMatchObject({ index: 30n, node: { value: '30' }, before: { value: '29', modified: 29n } })
  expect(tree.events[0]?.index).toBe(tree.eventsAfter + 1n)
  expect(tree.eventsAfter).toBeGreaterThan(0n)

  tree.set('/1/a', false, 'x'.repeat(2000), PERMANENT)
  expect(tree.events).toEqual([])
  expect(tree.eventsAfter).toBe(31n)
})
