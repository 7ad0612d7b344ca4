// A pass continues despite hostile keys.
import { expect, test } from 'vitest'
import { decodeFields } from '../decode/decode-fields.ts'
import { FindingsPass } from './findings-pass.ts'
import { RULES } from './rules.ts'

test.each(['__proto__', 'constructor', 'toString'])('a directory named %s', (path) => {
  const pass = new FindingsPass(RULES, { now: 0, root: '/registry/' })
  const value = new TextEncoder().encode('{"apiVersion":"v1","kind":"Thing","metadata":{"finalizers":["a/b"]},"spec":{}}')
  const { object } = decodeFields(value, pass.fieldsAt(path))
  expect(object).toMatchObject({ kind: 'Thing', metadata: { finalizers: ['a/b'] } })
  expect(object).not.toHaveProperty('spec')
})
