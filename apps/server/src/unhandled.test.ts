import { expect, test } from 'vitest'
import { withoutMessage } from './unhandled.ts'

test('an error is named by its type, code and frames, without its message', () => {
  const error = Object.assign(new SyntaxError('Unexpected token in "hunter2"\n    at hunter2'), { code: 'BAD' })
  const said = withoutMessage(error)
  expect(said).toMatchObject({ type: 'SyntaxError', code: 'BAD' })
  expect(said.at[0]).toContain('unhandled.test.ts')
  expect(JSON.stringify(said)).not.toContain('hunter2')
  expect(withoutMessage('hunter2')).toEqual({ type: 'string', at: [] })
  const empty = new Error()
  expect(withoutMessage(empty).at[0]).toContain('unhandled.test.ts')
  empty.stack = 'rewritten'
  expect(withoutMessage(empty).at).toEqual([])
})
