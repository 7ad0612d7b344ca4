// The line of every field, in the YAML as it is shown.
import { expect, test } from 'vitest'
import type { KubeObject } from '../value/value.ts'
import { renderYaml } from './render-yaml.ts'
import { yamlLineOf } from './yaml-line.ts'

const object: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', labels: { app: 'x', 'b.c/d': 'z' }, annotations: { text: 'one\ntwo\n', [`long${'g'.repeat(200)}`]: 'v' } },
  spec: {
    containers: [
      { name: 'c', image: 'i:1', args: ['--a', '--b'] },
      { name: 'd', image: 'i:2', ports: [{ containerPort: 80 }] },
    ],
    empty: {},
  },
}

test.each([
  [['metadata', 'name'], 'name: a'],
  [['metadata', 'labels', 'b.c/d'], 'b.c/d: z'],
  [['metadata', 'annotations', 'text'], 'text: |'],
  [['spec', 'containers', 0, 'image'], 'image: i:1'],
  [['spec', 'containers', 0, 'args', 1], '- --b'],
  [['spec', 'containers', 1, 'image'], 'image: i:2'],
  [['spec', 'containers', 1, 'ports', 0, 'containerPort'], 'containerPort: 80'],
  [['spec', 'empty'], 'empty: {}'],
] as const)('%j', (path, expected) => {
  const lines = renderYaml(object).split('\n')
  const line = yamlLineOf(object, path)
  expect(lines[(line ?? 0) - 1]).toContain(expected)
  // The order of a value without a schema is its own.
  const own = renderYaml(object, { sortKeys: false }).split('\n')
  expect(own[(yamlLineOf(object, path, false) ?? 0) - 1]).toContain(expected)
})

test('there is no line for what is not there', () => {
  expect(yamlLineOf(object, ['metadata', 'uid'])).toBeNull()
  expect(yamlLineOf(object, ['spec', 'containers', 7])).toBeNull()
})
