import { expect, test } from 'vitest'
import type { Problem } from './types.ts'
import { isWhole, undecodedIn } from './undecoded.ts'

const at = (...paths: string[]) => undecodedIn({ problems: paths.map((path): Problem => ({ path, says: [], severity: 'error' })) }) ?? []

const pod = {
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: { nodeName: 'n1', containers: [{ name: 'a', image: 'x' }, { name: 'b' }] },
  status: { phase: 'Running' },
}

test('only errors and an incomplete value leave something undecoded', () => {
  expect(undecodedIn({ problems: [{ path: '.spec', says: [], severity: 'warning' }] })).toBeUndefined()
  expect(undecodedIn({ problems: [], incomplete: true })).toEqual([[]])
  expect(at(".data['tls.key']", '.spec.containers[1].name')).toEqual([
    ['data', 'tls.key'],
    ['spec', 'containers', 'name'],
  ])
})

test.each([
  // The object ended early: a plain member that is there is as stored.
  ['', '.spec.nodeName', true],
  ['', '.spec.hostname', false],
  ['', '.spec.containers[*].name', false],
  ['', '.metadata.labels', false],
  ['', '.data', false],
  // A message ended early.
  ['.spec', '.spec.nodeName', true],
  ['.spec', '.status.phase', true],
  ['.spec', '.spec.containers[#]', false],
  ['.spec.containers[1]', '.spec.containers[*].image', false],
  ['.spec.containers[1]', '.spec.nodeName', true],
  ['.spec.containers[1].image', '.spec.containers[*].name', true],
  ['.spec.containers[1].image', '.spec.containers[*].image', false],
  ['.spec.containers[1].image', '.spec', false],
  [".metadata.labels['a.b']", '.metadata.labels', false],
  [".metadata.labels['a.b']", '.metadata.name', true],
])('with %j undecoded, %s is whole: %s', (place, path, whole) => {
  expect(isWhole(pod, at(place), path)).toBe(whole)
})
