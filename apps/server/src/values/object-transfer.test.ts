// A worker thread's result equals what it opened, with exact numbers and odd names.
import { ExactNumber, type KubeObject } from '@registree/kube'
import { expect, test } from 'vitest'
import { packObject, reviveObject } from './object-transfer.ts'

const travelled = (object: KubeObject) => reviveObject(structuredClone(packObject({ object, problem: 'none' })))

test('an object without exact numbers is not copied once more', () => {
  const opened = { object: { kind: 'Pod', spec: { list: [1, 'a', null, true] } } }
  expect(packObject(opened)).toBe(opened)
  expect(travelled(opened.object)).toEqual({ ...opened, problem: 'none' })
})

test('exact numbers stay exact everywhere', () => {
  const number = new ExactNumber('0.10000000000000000001')
  const object = { a: number, list: [1, [number], { b: number, c: 2 }], plain: { d: 'x' } }
  const arrived = travelled(object)
  expect(arrived).toEqual({ object, problem: 'none' })
  expect((arrived.object as { a: unknown }).a).toBeInstanceOf(ExactNumber)
})

test('a stored object cannot pose as a number', () => {
  const { exact } = packObject({ object: { a: new ExactNumber('1.0') } })
  const object = {
    a: new ExactNumber('1.0'),
    b: { [exact as string]: '1,"injected":2' },
    ...(JSON.parse('{"__proto__":{"x":"y"}}') as KubeObject),
  }
  const arrived = travelled(object)
  expect((arrived.object as typeof object).b).toEqual({ [exact as string]: '1,"injected":2' })
  expect(Object.keys(arrived.object ?? {})).toEqual(['a', 'b'].concat(Object.hasOwn(object, '__proto__') ? ['__proto__'] : []))
})
