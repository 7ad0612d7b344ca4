// Faults during a long poll: cleared events, empty bodies, cut answers, elections. No event is lost, and retries are paced.
import { describe, expect, it } from 'vitest'
import { AppError, isAppError } from '../../problem.ts'
import { longPoll } from './long-poll.ts'

type Answer = { status?: number; index?: bigint; text?: string; idle?: boolean; breaks?: true }

/** Plays the answers in order and records the requests and the pauses. */
async function play(answers: Answer[], after = 10n) {
  const asked: bigint[] = []
  const pauses: number[] = []
  const told: unknown[] = []
  const steps = {
    open: async (at: bigint) => {
      asked.push(at)
      const answer = answers.shift()
      if (answer === undefined) throw new AppError('CANCELLED', { code: 'stored-text', params: { text: 'The reader has gone.' } })
      return {
        endpoint: 'http://etcd',
        status: answer.status ?? 200,
        index: answer.index ?? null,
        body: async () => {
          if (answer.breaks) throw new AppError('SOURCE_UNREACHABLE', { code: 'stored-text', params: { text: 'cut off' } })
          return { text: answer.text ?? '', idle: answer.idle ?? false }
        },
        drop: () => {},
      }
    },
    toChange: (text: string) => (/^\d+$/.test(text) ? { action: 'set', index: BigInt(text), path: '/n', node: null } : null),
    errorCode: (text: string) => {
      const found = /^error (\d+)(?: at (\d+))?/.exec(text)
      return found ? { code: Number(found[1]), index: found[2] === undefined ? null : BigInt(found[2]) } : null
    },
    refused: (_: unknown, text: string) => new AppError('SOURCE_ERROR', { code: 'stored-text', params: { text } }),
    pause: async (ms: number) => void pauses.push(ms),
  }
  const error = await (async () => {
    for await (const reply of longPoll(after, steps))
      told.push(reply.kind === 'gap' ? ['gap', reply.at] : reply.changes.map((c) => c.index))
  })().catch((reason: unknown) => reason)
  return { asked, pauses, told, code: isAppError(error) ? error.code : error }
}

describe('a long poll', () => {
  it('continues after the last event', async () => {
    expect(await play([{ text: '12' }, { text: '15' }])).toMatchObject({ told: [[], [12n], [15n]], asked: [10n, 12n, 15n], pauses: [] })
  })

  it('reports a gap when events are no longer kept, and continues from the current index', async () => {
    const { told, asked } = await play([{ status: 400, text: 'error 401 at 5000', index: 5000n }, { text: '5003' }])
    expect(told).toEqual([['gap', 5000n], [], [5003n]])
    expect(asked).toEqual([10n, 5000n, 5003n])
  })

  it('reports a gap too when a recovery cleared the watcher, also to a lower index', async () => {
    expect((await play([{ text: 'error 400', index: 4n }])).told).toEqual([[], ['gap', 4n]])
  })

  it('repeats a request after an empty or cut answer, with growing pauses', async () => {
    const { asked, pauses } = await play([
      { index: 20n },
      { index: 20n, text: '{"action":' },
      { index: 20n },
      { text: '12' },
      { index: 20n },
    ])
    expect(asked).toEqual([10n, 10n, 10n, 10n, 12n, 12n])
    expect(pauses).toEqual([100, 200, 400, 100])
  })

  it('reports a gap when the store is behind the last known index', async () => {
    const { told, asked } = await play([{ index: 3n }, { index: 3n, text: '4' }])
    expect([told, asked]).toEqual([
      [[], ['gap', 3n], [4n]],
      [10n, 3n, 4n],
    ])
  })

  it('never waits longer than five seconds', async () => {
    const { pauses } = await play(Array.from({ length: 12 }, () => ({ index: 20n })))
    expect(pauses.at(-1)).toBe(5000)
  })

  it('advances with the store after a poll without events, so that events of other keys do not outrun it', async () => {
    expect(
      await play([
        { index: 900n, idle: true },
        { index: 1800n, idle: true },
      ]),
    ).toMatchObject({
      asked: [10n, 900n, 1800n],
      pauses: [],
    })
  })

  it('ends when etcd refuses or the connection breaks', async () => {
    expect((await play([{ status: 500, text: 'error 300' }])).code).toBe('SOURCE_ERROR')
    expect((await play([{ status: 502, text: '<html>' }])).code).toBe('SOURCE_ERROR')
    expect((await play([{ breaks: true }])).code).toBe('SOURCE_UNREACHABLE')
  })
})
