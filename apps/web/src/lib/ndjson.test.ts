// Control lines of a stream: waiting, which pages show, and failure, which is thrown.
import { afterEach, expect, test, vi } from 'vitest'
import { readLines } from './ndjson.ts'
import { waiting } from './waiting.ts'

afterEach(() => void vi.unstubAllGlobals())

test('waiting is reported until the first data line, and a failure is thrown', async () => {
  const said: string[] = []
  vi.spyOn(waiting, 'tell').mockImplementation((url, ahead) => void said.push(`${url} waits for ${ahead}`))
  vi.spyOn(waiting, 'end').mockImplementation(() => void said.push('begins'))
  const problem = { type: 'urn:x', title: 'no answer', status: 504, code: 'SOURCE_TIMEOUT' }
  const lines = [{ type: 'waiting', ahead: 2 }, { type: 'waiting', ahead: 1 }, { type: 'head' }, { type: 'error', problem }]
  vi.stubGlobal('fetch', async () => new Response(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n`))
  const taken: unknown[] = []
  const reading = readLines('/findings', new AbortController().signal, (line) => {
    taken.push(line)
    said.push('line')
  })
  await expect(reading).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT', problem })
  expect(taken).toEqual([{ type: 'head' }])
  expect(said).toEqual(['/findings waits for 2', '/findings waits for 1', 'begins', 'line', 'begins'])
})

test('no line is taken after an abort, although more were received', async () => {
  const leaving = new AbortController()
  vi.stubGlobal('fetch', async () => new Response('{"n":1}\n{"n":2}\n{"n":3}\n'))
  const taken: unknown[] = []
  const reading = readLines('/findings', leaving.signal, (line) => {
    taken.push(line)
    leaving.abort()
  })
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' })
  expect(taken).toEqual([{ n: 1 }])
})
