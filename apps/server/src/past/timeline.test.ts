// What the page makes of a timeline that is still being told: nothing that the complete one takes back. And how many values are opened for it.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TimelineEnd, TimelineLine } from '@registree/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shownWrites, spansOf, stateAt, TimelineBuilder, type TimelineData } from '../../../web/src/features/timeline/timeline-data.ts'
import { beginReading } from '../http/begin-reading.ts'
import { jobContext } from '../jobs/job-context.ts'
import { JobStopped } from '../jobs/job-stopped.ts'
import type { JobRunner } from '../jobs/jobs.ts'
import { runHere } from '../jobs/run-here.ts'
import { runInWorkers } from '../jobs/run-in-workers.ts'
import { openEtcd } from '../sources/etcd/open-etcd.ts'
import type { OpenedCluster } from '../sources/source.ts'
import { hasEtcd, startEtcd, type TestEtcd } from '../sources/testing/etcd.ts'
import { testCluster } from '../testing/app.ts'
import { openFile } from '../testing/open-file.ts'
import { timelineLines } from './timeline.ts'

const demo = fileURLToPath(new URL('../../../../demo/cluster', import.meta.url))

/** A thread loads no sources: `npm run build` makes its script. */
const script = new URL('../../program/worker.js', import.meta.url)

interface Limits {
  most: number
  atOnce: number
  many?: number
}

interface How {
  limits?: Limits
  jobs?: JobRunner
  /** Runs after each line. */
  onLine?: (line: TimelineLine, leave: () => void) => void | Promise<void>
}

async function linesOf(opened: OpenedCluster, { limits, jobs, onLine }: How = {}): Promise<TimelineLine[]> {
  const deps = {
    clusters: new Map([['test', testCluster('test', opened, jobs === undefined ? {} : { jobs })]]),
    policyOf: () => ({ reveal: false, decrypt: true, salt: new Uint8Array(32) }),
    now: () => new Date('2026-11-23T12:00:00Z'),
  }
  const request = { params: { cluster: 'test' }, headers: {}, ip: '', raw: { on() {}, once() {} } }
  const reading = beginReading(deps as never, request as never, { raw: { on() {}, once() {}, writableFinished: false } } as never)
  const left = new AbortController()
  const lines: TimelineLine[] = []
  const own = { ...reading, signal: AbortSignal.any([reading.signal, left.signal]) }
  for await (const line of timelineLines(own, { writes: 1_000_000, megabytes: 64 }, deps.now, limits)) {
    lines.push(structuredClone(line))
    await onLine?.(line, () => left.abort())
  }
  return lines
}

const ALL = { q: '', path: '', namespace: '', action: '', routine: false, from: null, to: null } as const

/** What was drawn after each line that placed the lanes, and at the end. */
function drawnOf(lines: readonly TimelineLine[]): { early: TimelineData[]; whole: TimelineData } {
  const builder = new TimelineBuilder(0)
  const early: TimelineData[] = []
  for (const line of lines) {
    builder.add(line)
    const data = builder.data()
    if (data.placed) early.push(data)
  }
  return { early: early.slice(0, -1), whole: builder.data() }
}

const brief = (state: { state: string; tone: string } | undefined) => state && `${state.state} ${state.tone}`

/** What was drawn and is not so. */
function untrueIn(early: TimelineData, whole: TimelineData): string[] {
  const found: string[] = []
  const complain = (number: number, revision: number, is: string | undefined, was: string | undefined) =>
    found.push(`${early.objects[number]?.name} at ${revision}: drawn ${is}, was ${was}`)
  const last = Number(whole.window?.revision)
  for (const number of early.objects.keys()) {
    const spans = spansOf(whole, number)
    for (const drawn of spansOf(early, number)) {
      for (let at = drawn.from; at < drawn.to; at++) {
        const was = spans.findLast(({ from, to }) => from <= at && at < to)
        if (brief(was) !== brief(drawn)) complain(number, at, brief(drawn), brief(was))
      }
    }
    for (let at = 0; at <= last; at++) {
      const told = stateAt(early, number, at)
      if (told !== undefined && told.state !== '' && brief(told) !== brief(stateAt(whole, number, at)))
        complain(number, at, brief(told), brief(stateAt(whole, number, at)))
    }
  }
  // A change that is shown does not go again.
  const shown = new Set(shownWrites(whole, ALL).shown)
  for (const write of shownWrites(early, ALL).shown)
    if (!shown.has(write)) found.push(`change ${early.revision[write]} of ${early.objects[early.object[write] as number]?.name} went`)
  return found
}

const endOf = (lines: readonly TimelineLine[]) => lines.at(-1) as TimelineEnd

describe('the demo cluster', () => {
  let opened: OpenedCluster
  beforeAll(async () => {
    opened = await openFile(demo)
  })
  afterAll(async () => opened.close())

  it('is drawn early as it was', async () => {
    const { early, whole } = drawnOf(await linesOf(opened, { limits: { most: 100_000, atOnce: 50 } }))
    expect(early.length).toBeGreaterThan(10)
    expect(early.flatMap((data) => untrueIn(data, whole).slice(0, 3)).slice(0, 5)).toEqual([])
  })

  it('is told the same however many values are opened at once', async () => {
    const some = drawnOf(await linesOf(opened, { limits: { most: 100_000, atOnce: 7 } })).whole
    const { whole } = drawnOf(await linesOf(opened))
    expect(some.states).toEqual(whole.states)
    expect(some.routine).toEqual(whole.routine)
  })

  it('is told the same, line by line, by threads, by the server, and where no thread can open a batch', async () => {
    const threads = runInWorkers({ encryption: new Map() }, script)
    const here = runHere(jobContext({ encryption: new Map() }))
    const run: JobRunner['run'] = async (job, input, options) => {
      if (job !== 'tellValues') return await here.run(job, input, options)
      // What was handed over is gone with the thread.
      structuredClone(input, { transfer: [...(options?.transfer ?? [])] })
      throw new JobStopped('memory', {})
    }
    try {
      const limits = { most: 100_000, atOnce: 64 }
      const whole = await linesOf(opened, { limits })
      for (const jobs of [...(existsSync(script) ? [threads] : []), { ...here, run }]) {
        const lines = await linesOf(opened, { limits, jobs })
        expect(lines.slice(0, -1)).toEqual(whole.slice(0, -1))
        expect(endOf(lines)).toMatchObject({ opened: endOf(whole).opened, left: 0 })
      }
    } finally {
      await threads.close()
    }
  })

  it('tells how many writes there are over time before any value but a few leases is opened, as the writes themselves do later', async () => {
    const asked: string[] = []
    const { v3 } = opened
    const watched = new Proxy(v3, {
      get: (target, name) => {
        const found = Reflect.get(target, name, target)
        if (typeof found !== 'function') return found
        return (...request: unknown[]) => {
          if (name === 'keptChanges' || name === 'statesAt' || name === 'range')
            asked.push(`${name} ${(request[0] as { most?: number }).most ?? ''}`)
          return found.apply(target, request)
        }
      },
    })
    const here = runHere(jobContext({ encryption: new Map() }))
    let before: string[] | null = null
    const lines = await linesOf(
      { ...opened, v3: watched },
      {
        limits: { most: 100_000, atOnce: 128, many: 100 },
        jobs: {
          ...here,
          run: async (job, ...rest) => {
            asked.push(job)
            return await here.run(job, ...rest)
          },
        },
        onLine: () => {
          before ??= [...asked]
        },
      },
    )
    expect(lines[0]?.type).toBe('bars')
    expect(before).toEqual(['keptChanges 250'])
    const bars = lines[0]?.type === 'bars' ? lines[0].bars : []
    const { whole } = drawnOf(lines)
    const writes = new Map<string, number>()
    for (const number of whole.object) {
      const path = whole.objects[number]?.path ?? ''
      writes.set(path, (writes.get(path) ?? 0) + 1)
    }
    expect(new Map(bars.map((row) => [row.path, row.writes.reduce((sum, own) => sum + own, 0)]))).toEqual(writes)
    // Nothing is counted as shown that the whole picture leaves out.
    for (const { path, routine } of bars) expect(routine).toBe(/^(events|leases|masterleases|minions)$/.test(path))
    expect(lines.filter(({ type }) => type === 'bars')).toHaveLength(1)
    expect((await linesOf(opened)).some(({ type }) => type === 'bars')).toBe(false)
  })

  it('places objects as soon as their newest values are known: before any other is told', async () => {
    const lines = await linesOf(opened)
    const details = lines.filter((line) => line.type === 'details')
    const placed = details.findIndex(({ upTo }) => upTo !== null)
    expect(details.slice(0, placed).every(({ states }) => states.length === 0)).toBe(true)
    expect(details[placed]).toMatchObject({ objects: [], states: [], newest: [], heartbeats: [] })
  })

  it('has no more values opened once its reader has left', async () => {
    const here = runHere(jobContext({ encryption: new Map() }))
    let begun = 0
    const run: JobRunner['run'] = async (job, ...rest) => {
      if (job === 'tellValues') begun++
      return await here.run(job, ...rest)
    }
    let atTheEnd = 0
    const reading = linesOf(opened, {
      limits: { most: 100_000, atOnce: 16 },
      jobs: { ...here, run },
      onLine: ({ type }, leave) => {
        if (type !== 'details') return
        leave()
        atTheEnd = begun
      },
    })
    await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' })
    // Those that were read ahead, and no more.
    expect(atTheEnd).toBeGreaterThan(0)
    expect(begun).toBeLessThanOrEqual(atTheEnd + here.parallel + 1)
  })

  it('has no more values opened than allowed, the newest of objects first, and the others counted', async () => {
    const all = endOf(await linesOf(opened))
    expect(all.left).toBe(0)
    const firstOf = (lines: readonly TimelineLine[]) =>
      lines.flatMap((line) => (line.type === 'details' && line.upTo === null ? line.objects : [])).length
    const firsts = firstOf(await linesOf(opened))
    expect(firsts).toBeGreaterThan(100)
    for (const most of [firsts - 50, firsts, firsts + 50]) {
      const lines = await linesOf(opened, { limits: { most, atOnce: 128 } })
      expect(endOf(lines)).toMatchObject({ opened: most, left: all.opened - most })
      expect(firstOf(lines)).toBe(Math.min(most, firsts))
      const { early, whole } = drawnOf(lines)
      expect(early.flatMap((data) => untrueIn(data, whole)).slice(0, 5)).toEqual([])
    }
  })
})

describe.skipIf(!hasEtcd())('a live etcd', () => {
  let etcd: TestEtcd
  let opened: OpenedCluster
  beforeAll(async () => {
    etcd = await startEtcd()
    const object = (kind: string, name: string, status: object, namespace?: string) =>
      JSON.stringify({ apiVersion: 'v1', kind, metadata: { name, ...(namespace && { namespace }), uid: name }, status })
    const put = (key: string, value: string) => ({
      requestPut: { key: Buffer.from(key).toString('base64'), value: Buffer.from(value).toString('base64') },
    })
    const pod = (name: string, phase: string) => put(`/registry/pods/shop/${name}`, object('Pod', name, { phase }, 'shop'))
    const node = (status: string, seen: number) => {
      const lastHeartbeatTime = new Date(Date.UTC(2026, 10, 23, 3, 0, seen)).toISOString()
      return put('/registry/minions/n', object('Node', 'n', { conditions: [{ type: 'Ready', status, lastHeartbeatTime }] }))
    }
    const at = async (...success: ReturnType<typeof put>[]) => {
      const reply = await fetch(`${etcd.endpoint}/v3/kv/txn`, { method: 'POST', body: JSON.stringify({ success }) })
      expect(reply.status).toBe(200)
    }
    // One ends early, one late; of each transaction a batch may have a part.
    await at(pod('ended', 'Pending'), pod('late', 'Pending'), node('True', 0))
    await at(pod('ended', 'Running'), pod('late', 'Running'))
    await at(pod('ended', 'Failed'), node('True', 10))
    for (let i = 0; i < 6; i++) await at(...['a', 'b', 'c', 'd'].map((name) => pod(name, i % 2 === 0 ? 'Running' : 'Pending')))
    await at(node('True', 20), pod('late', 'Failed'))
    await at(...['a', 'b', 'c', 'd'].map((name) => pod(name, 'Succeeded')))
    opened = openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
  })
  afterAll(async () => {
    await opened?.close()
    await etcd?.destroy()
  })

  it('is drawn early as it was, where a batch ends within a transaction too', async () => {
    for (const atOnce of [1, 2, 3, 5]) {
      const { early, whole } = drawnOf(await linesOf(opened, { limits: { most: 100_000, atOnce } }))
      expect(early.length).toBeGreaterThan(4)
      expect(early.flatMap((data) => untrueIn(data, whole)).slice(0, 5)).toEqual([])
      const ended = whole.objects.findIndex(({ name }) => name === 'ended')
      expect(spansOf(whole, ended).map(({ state }) => state)).toEqual(['Pending', 'Running', 'Failed'])
      const newest = Number(whole.window?.revision)
      for (const data of early) expect(stateAt(data, ended, newest)?.state).toBe('Failed')
    }
  })

  it('tells its own objects and count although others learn of later writes meanwhile', async () => {
    const own = await startEtcd()
    try {
      const put = async (key: string, value: object) => {
        const body = { key: Buffer.from(key).toString('base64'), value: Buffer.from(JSON.stringify(value)).toString('base64') }
        expect((await fetch(`${own.endpoint}/v3/kv/put`, { method: 'POST', body: JSON.stringify(body) })).status).toBe(200)
      }
      const owner = (name: string) => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid: name, controller: true })
      const pod = (name: string) => ({
        ...{ apiVersion: 'v1', kind: 'Pod', status: { phase: 'Running' } },
        metadata: { name, namespace: 'shop', uid: name, ownerReferences: [owner(`of-${name}`)] },
      })
      const names = ['a', 'b', 'c']
      for (const name of names) await put(`/registry/pods/shop/${name}`, pod(name))
      const live = openEtcd({ endpoints: [own.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
      try {
        let others: TimelineLine[] = []
        const lines = await linesOf(live, {
          onLine: async (line) => {
            if (line.type !== 'writes' || others.length > 0) return
            for (const name of ['unrelated', 'of-c', 'of-b', 'of-a']) await put(`/registry/replicasets/shop/${name}`, {})
            others = await linesOf(live)
          },
        })
        expect(drawnOf(others).whole).toMatchObject({ window: { writes: 7 } })
        const { whole } = drawnOf(lines)
        expect(whole.window?.writes).toBe(3)
        expect(whole.revision).toHaveLength(3)
        const ownerOf = (name: string) => whole.objects.find((object) => object.path === 'pods' && object.name === name)?.owner ?? -1
        expect(names.map((name) => whole.objects[ownerOf(name)]?.name)).toEqual(['of-a', 'of-b', 'of-c'])
      } finally {
        await live.close()
      }
    } finally {
      await own.destroy()
    }
  })

  it('ends a state where a value cannot be read, in words, and begins the next where one can', async () => {
    const own = await startEtcd()
    try {
      const put = async (name: string, value: string | Uint8Array) => {
        const body = { key: Buffer.from(`/registry/pods/shop/${name}`).toString('base64'), value: Buffer.from(value).toString('base64') }
        const reply = await fetch(`${own.endpoint}/v3/kv/put`, { method: 'POST', body: JSON.stringify(body) })
        return Number(((await reply.json()) as { header: { revision: string } }).header.revision)
      }
      const pod = (name: string, phase: string) =>
        JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', uid: name }, status: { phase } })
      const damaged = Buffer.from('k8s\0 no message')
      for (const name of ['lost', 'back']) await put(name, pod(name, 'Running'))
      const broken = { lost: await put('lost', damaged), back: await put('back', damaged) }
      const again = await put('back', pod('back', 'Failed'))
      const live = openEtcd({ endpoints: [own.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
      try {
        for (const atOnce of [1, 128]) {
          const { early, whole } = drawnOf(await linesOf(live, { limits: { most: 100_000, atOnce } }))
          expect(early.flatMap((data) => untrueIn(data, whole)).slice(0, 5)).toEqual([])
          const spans = (name: string) =>
            spansOf(
              whole,
              whole.objects.findIndex((object) => object.name === name),
            ).map(({ state, from, to }) => [state, from, to])
          const unknown = 'state unknown: value not readable'
          expect(spans('lost')).toEqual([
            ['Running', 2, broken.lost],
            [unknown, broken.lost, again],
          ])
          expect(spans('back')).toEqual([
            ['Running', 3, broken.back],
            [unknown, broken.back, again],
            ['Failed', again, again],
          ])
        }
      } finally {
        await live.close()
      }
    } finally {
      await own.destroy()
    }
  })
})
