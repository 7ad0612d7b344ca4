// The bounds of the changes that a replayed log keeps, and the trees that they lead back to.
import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { V2Store } from './v2-store.ts'
import { nodePath, type StoredNode, treeFromJson, V2Tree } from './v2-tree.ts'

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

/** Everything that a tree holds. */
function dump(tree: V2Tree): string {
  const lines: string[] = []
  const visit = ({ children, ...node }: StoredNode) => {
    const directory = children !== null
    lines.push([nodePath({ ...node, children }), directory, node.value, node.created, node.modified, node.expires].join(' '))
    for (const name of [...(children?.keys() ?? [])].sort()) visit(children?.get(name) as StoredNode)
  }
  visit(tree.root)
  return lines.join('\n')
}

const path = fc.array(fc.constantFrom('a', 'b', '_c'), { minLength: 1, maxLength: 3 }).map((names) => `/1/${names.join('/')}`)
const options = fc.record({ expires: fc.constantFrom(null, 2n ** 61n, 2n ** 61n + 5n), refresh: fc.boolean() })
const change = fc.oneof(
  fc.tuple(path, fc.boolean(), fc.string({ maxLength: 3 }), options).map((args) => (tree: V2Tree) => tree.set(...args)),
  fc.tuple(path, fc.boolean(), fc.string({ maxLength: 3 }), fc.boolean(), options).map((args) => (tree: V2Tree) => tree.create(...args)),
  fc.tuple(path, fc.constantFrom('', 'x'), options).map((args) => (tree: V2Tree) => tree.update(...args)),
  fc.tuple(path, fc.constant(''), fc.constant(0n), fc.string(), options).map((args) => (tree: V2Tree) => tree.compareAndSwap(...args)),
  fc.tuple(path, fc.boolean(), fc.boolean()).map((args) => (tree: V2Tree) => tree.delete(...args)),
  fc.constantFrom(2n ** 61n, 2n ** 61n + 5n).map((now) => (tree: V2Tree) => tree.expire(now)),
)

it('tells the whole tree at every index that its events reach back to, whatever happened since', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), fc.constantFrom(5, 1_000), (changes, events) => {
      const tree = new V2Tree({ events, characters: 100_000 })
      const states = new Map([[0n, dump(tree)]])
      for (const make of changes) {
        make(tree)
        // Several nodes may expire at once: of the indices between them no state was seen here.
        states.set(tree.index, dump(tree))
      }
      const now = dump(tree)
      for (const [index, state] of states) {
        if (index < tree.knownFrom) continue
        const past = tree.at(index)
        expect([past.index, dump(past)]).toEqual([index, state])
      }
      expect(dump(tree)).toBe(now)
      if (events === 1_000) expect(tree.knownFrom).toBe(0n)
    }),
  )
})

it('does not tell a tree from before a directory went whose content is not known', () => {
  const tree = new V2Tree()
  tree.set('/1/a/b', false, 'x', PERMANENT)
  tree.delete('/1/a', true, true)
  tree.set('/1/c', false, 'y', PERMANENT)
  // As a snapshot has it.
  delete tree.events[1]?.removed
  expect(tree.knownFrom).toBe(2n)
  expect(tree.at(2n).find('/1/c')).toMatchObject({ code: 100 })
})

it('does not tell a tree from before a removal whose event does not name what was removed', () => {
  const snapshot = (prevNode: object) => {
    const node = { key: '/1/a', modifiedIndex: 2, createdIndex: 1 }
    const events = [
      { action: 'set', node: { key: '/1/a', value: 'x', modifiedIndex: 1, createdIndex: 1 } },
      { action: 'delete', node, ...prevNode },
    ]
    const Children = { 0: { Children: {} }, 1: { Children: {} } }
    const Queue = { Events: events, Size: 2, Front: 0 }
    const tree = treeFromJson(JSON.stringify({ Root: { Children }, CurrentIndex: 2, WatcherHub: { EventHistory: { Queue } } }))
    if (!(tree instanceof V2Tree)) throw new Error(tree.code)
    return tree
  }
  const told = snapshot({ prevNode: { key: '/1/a', value: 'x', modifiedIndex: 1, createdIndex: 1 } })
  expect(told.knownFrom).toBe(0n)
  expect(told.at(1n).find('/1/a')).toMatchObject({ value: 'x' })
  const untold = snapshot({})
  expect([untold.eventsAfter, untold.knownFrom]).toEqual([0n, 2n])
})

it('copies the tree once for the reads at one index, not at all for the newest, and drops the copy after a while', () => {
  vi.useFakeTimers()
  try {
    const tree = new V2Tree()
    for (const value of ['x', 'y', 'z']) tree.set('/1/a', false, value, PERMANENT)
    const copies = vi.spyOn(tree, 'at')
    const store = new V2Store(tree, 3n, null, [], null)
    expect([store.at(3n).get('/a')?.value, copies.mock.calls.length]).toEqual(['z', 0])
    const past = store.at(1n)
    for (let i = 0; i < 5; i++) expect(store.at(1n).get('/a')?.value).toBe('x')
    expect(copies.mock.calls).toEqual([[1n]])
    // One is kept; who still reads another has it.
    expect([store.at(2n).get('/a')?.value, past.get('/a')?.value]).toEqual(['y', 'x'])
    expect([store.at(2n).get('/a')?.value, copies.mock.calls.length]).toEqual(['y', 2])
    vi.runAllTimers()
    expect([store.at(2n).get('/a')?.value, copies.mock.calls.length]).toEqual(['y', 3])
  } finally {
    vi.useRealTimers()
  }
})
