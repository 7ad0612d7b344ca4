// The pool with real threads, whose script answers, fails, crashes, hangs or uses up memory as the test asks.
import { afterEach, describe, expect, test } from 'vitest'
import type { AppError } from '../problem.ts'
import { WorkerPool } from './worker-pool.ts'

const SCRIPT = `
const { parentPort, workerData, threadId } = require('node:worker_threads')
parentPort.on('message', ({ job, input }) => {
  if (job === 'crash') process.exit(1)
  if (job === 'throw') setImmediate(() => { throw new Error('hunter' + 2) })
  if (job === 'hang') for (;;);
  if (job === 'eat') { const kept = []; for (;;) kept.push(new Array(1e5).fill({})) }
  if (job === 'fail') return parentPort.postMessage({ ok: false, code: 'VALUE_TOO_LARGE', says: { code: 'value-too-large', params: {} }, place: '', facts: { hint: { code: 'read-again', params: {} } } })
  if (job === 'echo') parentPort.postMessage({ ok: true, output: input }, [])
  if (job === 'size') parentPort.postMessage({ ok: true, output: input.byteLength })
  if (job === 'who') setTimeout(() => parentPort.postMessage({ ok: true, output: [workerData, threadId] }), 20)
})`

let pool: WorkerPool
afterEach(() => pool.close())

function open(
  size: number,
  more: { script?: string; jobLimitMs?: number; memoryMb?: number; spares?: number; stuckMs?: number; mostWaitingBytes?: number } = {},
): WorkerPool {
  const { script = SCRIPT, ...options } = more
  pool = new WorkerPool({
    script: new URL(`data:text/javascript,${encodeURIComponent(wrap(script))}`),
    workerData: 'seed',
    size,
    ...options,
  })
  return pool
}

/** A data: URL is an ES module without require. */
const wrap = (script: string) =>
  `import { createRequire } from 'node:module'\nconst require = createRequire(${JSON.stringify(import.meta.url)})\n${script}`

describe('a worker pool', () => {
  test('is ready once a thread has loaded its code', async () => {
    open(2, { script: `${SCRIPT}\nparentPort.postMessage('ready')` })
    expect(pool.ready).toBe(false)
    pool.warm()
    await expect.poll(() => pool.ready).toBe(true)
    expect(await pool.run('echo', 7)).toBe(7)
    await expect(pool.run('crash', null)).rejects.toThrow()
    expect(pool.ready).toBe(false)
  })

  test('uses as many threads as it has, and keeps them', async () => {
    open(2)
    const answers = (await Promise.all([1, 2, 3, 4, 5, 6].map(() => pool.run('who', null)))) as [string, number][]
    expect(new Set(answers.map(([seed]) => seed))).toEqual(new Set(['seed']))
    expect(new Set(answers.map(([, thread]) => thread)).size).toBe(2)
  })

  test('prepares a job’s transfer only at its turn', async () => {
    open(1)
    const made: number[] = []
    const copies: Uint8Array[] = []
    const run = (size: number) => {
      const handOver = () => {
        made.push(size)
        const copy = new Uint8Array(size)
        copies.push(copy)
        return { input: copy, transfer: [copy.buffer] }
      }
      return pool.run('size', null, { handOver })
    }
    const answers = [run(10), run(20), run(30)]
    expect(made).toEqual([10])
    expect(await Promise.all(answers)).toEqual([10, 20, 30])
    expect(made).toEqual([10, 20, 30])
    // Transferred data is gone here.
    expect(copies.map(({ byteLength }) => byteLength)).toEqual([0, 0, 0])
  })

  test('refuses a job when waiting ones hold too many bytes, and accepts it again when they are done or cancelled', async () => {
    open(1, { mostWaitingBytes: 100 })
    const gone = new AbortController()
    // The first does not wait, and a single waiting job may exceed the limit.
    const running = pool.run('who', null, { holds: 500 })
    const waiting = pool.run('who', null, { holds: 500, signal: gone.signal })
    await expect(pool.run('who', null, { holds: 1 })).rejects.toMatchObject({ code: 'BUSY' })
    const free = pool.run('who', null)
    gone.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' })
    const next = [pool.run('who', null, { holds: 60 }), pool.run('who', null, { holds: 40 })]
    await expect(pool.run('who', null, { holds: 1 })).rejects.toMatchObject({ code: 'BUSY' })
    await Promise.all([running, free, ...next])
    await expect(pool.run('echo', 1, { holds: 100 })).resolves.toBe(1)
  })

  test('starts a spare thread for a job that waits behind a long one, and only then', async () => {
    open(1, { spares: 1, stuckMs: 200 })
    const threadsOf = (answers: unknown[]) => new Set((answers as [string, number][]).map(([, thread]) => thread))
    const answers: unknown[] = []
    for (let i = 0; i < 6; i += 1) answers.push(await pool.run('who', null))
    const quick = threadsOf(answers)
    expect(quick.size).toBe(1)
    const hanging = pool.run('hang', null)
    hanging.catch(() => {})
    const behind = threadsOf([await pool.run('who', null), await pool.run('who', null)])
    expect(behind.size).toBe(1)
    expect(behind).not.toEqual(quick)
    // Never more than one, whatever waits.
    pool.run('hang', null).catch(() => {})
    const third = pool.run('who', null).catch((error: AppError) => error.code)
    expect(await Promise.race([third, new Promise((resolve) => setTimeout(resolve, 600, 'waits'))])).toBe('waits')
    await pool.close()
    expect(await third).toBe('CANCELLED')
  })

  test('a transferred buffer is gone here', async () => {
    const bytes = new Uint8Array(1000)
    expect(await open(1).run('size', bytes.buffer, { transfer: [bytes.buffer] })).toBe(1000)
    expect(bytes.byteLength).toBe(0)
  })

  test("a job's own error is passed on unchanged", async () => {
    await expect(open(1).run('fail', null)).rejects.toMatchObject({
      code: 'VALUE_TOO_LARGE',
      message: 'The value is larger than Registree reads.',
      facts: { hint: { code: 'read-again', params: {} } },
    })
  })

  test.each(['crash', 'throw', 'hang', 'eat'])('%s ends one thread and one job, and the others continue', async (job) => {
    open(1, { jobLimitMs: 100_000, memoryMb: 32 })
    // The limit is that job's alone: the next job waits for a thread to start.
    const dies = pool.run(job, null, job === 'hang' ? { limitMs: 300 } : {})
    const waits = pool.run('echo', 'still here')
    await expect(dies).rejects.toMatchObject({ code: 'INTERNAL', message: expect.stringContaining('stopped') })
    // Nothing thrown reaches the answer or the log: it may quote the value.
    const failure = (await dies.catch((error: unknown) => error)) as AppError
    expect(`${failure.stack} ${(failure.cause as Error | undefined)?.stack}`).not.toContain('hunter2')
    expect(await waits).toBe('still here')
    expect(await pool.run('echo', 'again')).toBe('again')
  })

  test('a cancelled job is dropped before its turn, and not waited for while it runs', async () => {
    open(1)
    const controller = new AbortController()
    const first = pool.run('who', null, { signal: controller.signal })
    const second = pool.run('who', null, { signal: controller.signal })
    const other = pool.run('echo', 'mine')
    controller.abort()
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(second).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await other).toBe('mine')
    await expect(pool.run('echo', 1, { signal: controller.signal })).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  test('a script that cannot start is an error, not an endless loop', async () => {
    open(1, { script: 'throw new Error("broken")' })
    const jobs = [1, 2, 3, 4, 5].map((n) => pool.run('echo', n))
    for (const job of await Promise.allSettled(jobs)) expect(job).toMatchObject({ status: 'rejected', reason: { code: 'INTERNAL' } })
  })

  test('closing answers the waiting jobs', async () => {
    open(1)
    const jobs = Promise.allSettled([pool.run('who', null), pool.run('who', null)])
    await pool.close()
    for (const job of await jobs) expect(job.status).toBe('rejected')
    await expect(pool.run('echo', 1)).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})
