// Drawing takes a bounded share of the server's time, and what is logged of it quotes nothing.
import { expect, test } from 'vitest'
import { canDraw, canSend, DrawingTime, withoutWords } from './first-picture.ts'

test('all readers together get a burst, and then a fifth of the time', async () => {
  let now = 0
  const time = new DrawingTime(() => now)
  const draw = async () => {
    now += 10
    return { ms: 10 }
  }
  let drawn = 0
  while ((await time.spend(draw)) !== null) drawn += 1
  expect(drawn).toBeGreaterThanOrEqual(25)
  expect(drawn).toBeLessThan(35)
  // Then it depends on how much time has passed.
  const began = now
  drawn = 0
  while (now < began + 10_000)
    if ((await time.spend(draw)) === null) now += 1
    else drawn += 1
  expect(drawn).toBeGreaterThan(150)
  expect(drawn).toBeLessThan(210)
})

test('those that come while others are drawn count them as long', async () => {
  const time = new DrawingTime(() => 0)
  let end = () => {}
  const held = new Promise<{ ms: number }>((resolve) => {
    end = () => resolve({ ms: 0 })
  })
  const waiting = Array.from({ length: 5 }, () => time.spend(() => held))
  expect(await time.spend(async () => ({ ms: 1 }))).toBeNull()
  end()
  await Promise.all(waiting)
  expect(await time.spend(async () => ({ ms: 1 }))).toEqual({ ms: 1 })
})

test('long drawings have no more of the time than short ones', async () => {
  let now = 0
  const time = new DrawingTime(() => now)
  let spent = 0
  while (now < 60_000) {
    const drawn = await time.spend(async () => {
      now += 200
      return { ms: 200 }
    })
    if (drawn === null) now += 1
    else spent += 200
  }
  expect(spent / now).toBeGreaterThan(0.15)
  expect(spent / now).toBeLessThan(0.22)
})

test('a drawing that fails is counted too', async () => {
  let now = 0
  const time = new DrawingTime(() => now)
  const fail = async (): Promise<{ ms: number }> => {
    now += 50
    throw new Error('no picture')
  }
  for (let i = 0; i < 5; i += 1) await expect(time.spend(fail)).rejects.toThrow()
  for (let i = 0; i < 5; i += 1) await time.spend(fail).catch(() => {})
  expect(await time.spend(async () => ({ ms: 1 }))).toBeNull()
})

test('long addresses, many clusters and large pictures are left to the browser', () => {
  const clusters = { version: '1', clusters: [] }
  expect(canDraw({ href: `/a/v3/${'x'.repeat(500)}`, clusters })).toBe(true)
  expect(canDraw({ href: `/a/v3/${'x'.repeat(5000)}`, clusters })).toBe(false)
  // The links above a deep key are as long as the square of its depth.
  expect(canDraw({ href: `/a/v3/registry${'/x'.repeat(20)}`, clusters })).toBe(true)
  expect(canDraw({ href: `/a/v3${'/x'.repeat(100)}`, clusters })).toBe(false)
  expect(canDraw({ href: `/a/v3?key=${'x%2F'.repeat(100)}`, clusters })).toBe(false)
  expect(canDraw({ href: '/a', clusters: { version: '1', clusters: Array.from({ length: 101 }) as never } })).toBe(false)
  expect(canSend({ html: '<b>1</b>', css: 'b{}', ms: 1 })).toBe(true)
  expect(canSend({ html: 'x'.repeat(300_000), css: '', ms: 1 })).toBe(false)
  expect(canSend({ html: '', css: '</style><script>', ms: 1 })).toBe(false)
})

test('an error is logged without what it quotes', () => {
  const error = new SyntaxError('Unexpected token in JSON: "the-password-of-the-shop"\n    at the-password-of-the-shop')
  const logged = withoutWords(error)
  expect(logged.kind).toBe('SyntaxError')
  expect(logged.at[0]).toContain('first-picture.test.ts')
  expect(JSON.stringify(logged)).not.toContain('password')
  expect(withoutWords('the-password')).toEqual({ kind: 'string', at: [] })
})
