// What the page makes of a timeline that is still being told: nothing that the complete one takes back. And how many values are opened for it.
import { fileURLToPath } from 'node:url'
import type { TimelineEnd, TimelineLine } from '@registree/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shownWrites, spansOf, stateAt, TimelineBuilder, type TimelineData } from '../../../web/src/features/timeline/timeline-data.ts'
import { beginReading } from '../http/begin-reading.ts'
import { openEtcd } from '../sources/etcd/open-etcd.ts'
import type { OpenedCluster } from '../sources/source.ts'
import { hasEtcd, startEtcd, type TestEtcd } from '../sources/testing/etcd.ts'
import { testCluster } from '../testing/app.ts'
import { openFile } from '../testing/open-file.ts'
import { timelineLines } from './timeline.ts'

const demo = fileURLToPath(new URL('../../../../demo/cluster', import.meta.url))

interface Limits {
  most: number
  atOnce: number
}

async function linesOf(opened: OpenedCluster, limits?: Limits): Promise<TimelineLine[]> {
  const deps = {
    clusters: new Map([['test', testCluster('test', opened)]]),
    policyOf: () => ({ reveal: false, decrypt: true, salt: new Uint8Array(32) }),
    now: () => new Date('2026-11-23T12:00:00Z'),
  }
  const request = { params: { cluster: 'test' }, headers: {}, ip: '', raw: { on() {}, once() {} } }
  const reading = beginReading(deps as never, request as never, { raw: { on() {}, once() {}, writableFinished: false } } as never)
  const lines: TimelineLine[] = []
  for await (const line of timelineLines(reading, { writes: 1_000_000, megabytes: 64 }, deps.now, limits)) lines.push(structuredClone(line))
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
    const { early, whole } = drawnOf(await linesOf(opened, { most: 100_000, atOnce: 50 }))
    expect(early.length).toBeGreaterThan(10)
    expect(early.flatMap((data) => untrueIn(data, whole).slice(0, 3)).slice(0, 5)).toEqual([])
  })

  it('is told the same however many values are opened at once', async () => {
    const some = drawnOf(await linesOf(opened, { most: 100_000, atOnce: 7 })).whole
    const { whole } = drawnOf(await linesOf(opened))
    expect(some.states).toEqual(whole.states)
    expect(some.routine).toEqual(whole.routine)
  })

  it('has no more values opened than allowed, the newest of objects first, and the others counted', async () => {
    const all = endOf(await linesOf(opened))
    expect(all.left).toBe(0)
    const firstOf = (lines: readonly TimelineLine[]) =>
      lines.flatMap((line) => (line.type === 'details' && line.upTo === null ? line.objects : [])).length
    const firsts = firstOf(await linesOf(opened))
    expect(firsts).toBeGreaterThan(100)
    for (const most of [firsts - 50, firsts, firsts + 50]) {
      const lines = await linesOf(opened, { most, atOnce: 128 })
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
      const { early, whole } = drawnOf(await linesOf(opened, { most: 100_000, atOnce }))
      expect(early.length).toBeGreaterThan(4)
      expect(early.flatMap((data) => untrueIn(data, whole)).slice(0, 5)).toEqual([])
      const ended = whole.objects.findIndex(({ name }) => name === 'ended')
      expect(spansOf(whole, ended).map(({ state }) => state)).toEqual(['Pending', 'Running', 'Failed'])
      const newest = Number(whole.window?.revision)
      for (const data of early) expect(stateAt(data, ended, newest)?.state).toBe('Failed')
    }
  })
})
