// A part of an answer, left behind by a page that was closed, is not taken for all of it.
import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, expect, test, vi } from 'vitest'
import { utf8 } from '../../lib/bytes.ts'
import { relatedQuery } from './queries.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('a page that left while the answer was read reads it again when it returns, and to the end', async () => {
  vi.useFakeTimers()
  const bodies: string[] = ['{"type":"head","sections":[]}\n']
  const asked = vi.fn(async (_: string, { signal }: { signal: AbortSignal }) => {
    const body = bodies.shift()
    const stream = new ReadableStream<Uint8Array>({
      start: (lines) => {
        lines.enqueue(new TextEncoder().encode(body))
        if (body?.includes('"end"')) lines.close()
        else signal.addEventListener('abort', () => lines.error(signal.reason))
      },
    })
    return new Response(stream)
  })
  vi.stubGlobal('fetch', asked)
  const client = new QueryClient()
  const options = relatedQuery('demo', utf8('/registry/pods/shop/a'), '7')
  const shown = () => client.getQueryData(options.queryKey)
  const leave = new QueryObserver(client, options).subscribe(() => {})
  await vi.advanceTimersByTimeAsync(400)
  expect(shown()).toMatchObject({ end: null })
  leave()
  bodies.push('{"type":"head","sections":[]}\n{"type":"end","cost":{"ranges":0,"walked":0,"largestWalk":0}}\n')
  const leaveAgain = new QueryObserver(client, options).subscribe(() => {})
  await vi.advanceTimersByTimeAsync(400)
  expect(asked).toHaveBeenCalledTimes(2)
  expect(shown()).toMatchObject({ end: { type: 'end' } })
  leaveAgain()
  // A whole one is kept.
  new QueryObserver(client, options).subscribe(() => {})()
  expect(asked).toHaveBeenCalledTimes(2)
  client.clear()
})
