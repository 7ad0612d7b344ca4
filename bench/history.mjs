// What reading the past costs those who write: p99 of puts while a history is read, on its own etcd: `npm run bench -- history [--writes 100000] [--bytes 1000]`.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { Etcd3 } from 'etcd3'
import { atTheEnd, clean, residentMegabytes, startEtcd, startServer, stop, temporaryDirectory } from './support/processes.mjs'
import { goal, ms, number, percentile, row, timed, verdicts } from './support/report.mjs'

const { values: flags } = parseArgs({
  options: {
    writes: { type: 'string', default: '100000' },
    bytes: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '8' },
  },
})
const WRITES = Number(flags.writes)
const BYTES = Number(flags.bytes)
const PODS = 2000
const AT_ONCE = 64
/** As the page asks for: apps/web/src/features/timeline/TimelineView.tsx. */
const FIRST_PICTURE = 2000
/** One key with a long history: a tenth of all writes. */
const LEASE = '/registry/leases/kube-node-lease/n1'

function pod(n, phase) {
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `web-${n}`, namespace: 'shop', uid: `uid-${n}`, annotations: { filler: '' } },
    spec: { nodeName: `n${n % 10}` },
    status: { phase },
  }
  object.metadata.annotations.filler = 'x'.repeat(Math.max(0, BYTES - JSON.stringify(object).length))
  return JSON.stringify(object)
}

/** Each write is a revision of its own. */
async function write(client) {
  const phases = ['Pending', 'Running', 'Failed']
  let next = 0
  const one = async () => {
    for (let n = next++; n < WRITES; n = next++) {
      const [key, value] =
        n % 10 === 0
          ? [LEASE, JSON.stringify({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'n1' }, spec: { n } })]
          : [`/registry/pods/shop/web-${n % PODS}`, pod(n % PODS, phases[Math.floor(n / PODS) % 3])]
      await client.kv.put({ key: Buffer.from(key), value: Buffer.from(value) })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
}

/** Puts one after the other until `until` says so; milliseconds of each, ascending. */
async function putsWhile(client, until) {
  const latencies = []
  let ended = false
  const work = until().then((result) => {
    ended = true
    return result
  })
  while (!ended) {
    const one = await timed(() => client.kv.put({ key: Buffer.from('/app/bench'), value: Buffer.from(String(latencies.length)) }))
    latencies.push(one.ms)
  }
  return { result: await work, latencies: latencies.sort((a, b) => a - b) }
}

/** Reads an answer of lines to its end; the last line of each type. */
async function lines(url) {
  const response = await fetch(url, { cache: 'no-store' })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  const last = {}
  let rest = ''
  let first = 0
  let writes = 0
  const began = performance.now()
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop()
    for (const part of parts) {
      const line = JSON.parse(part)
      if (line.type === 'error') throw new Error(JSON.stringify(line.problem))
      if (line.type === 'writes') {
        writes += line.object.length
        first ||= performance.now() - began
      }
      last[line.type] = line
    }
  }
  return { last, writes, first, whole: performance.now() - began }
}

/** The yardstick: all events since the first revision, as etcdctl watches them. */
async function etcdctlWatch(endpoint, events) {
  const child = spawn('etcdctl', [`--endpoints=${endpoint}`, 'watch', '--prefix', '/registry/', '--rev=2'], {
    env: { PATH: process.env.PATH, ETCDCTL_API: '3' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  atTheEnd(() => stop(child))
  let seen = 0
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'PUT') seen++
    if (seen >= events) break
  }
  await stop(child)
  return seen
}

async function benchmark() {
  const directory = temporaryDirectory()
  const endpoint = await startEtcd(directory)
  const client = new Etcd3({ hosts: endpoint, grpcOptions: { 'grpc.max_receive_message_length': -1 } })
  const filled = await timed(() => write(client))
  process.stdout.write(`\n${number(WRITES)} writes of ${number(BYTES)} bytes, made in ${(filled.ms / 1000).toFixed(1)} s\n`)
  const server = await startServer(['--endpoints', endpoint])

  row('', 'time', 'puts', 'p50', 'p99', 'max')
  const tell = (name, time, { latencies }) =>
    row(
      name,
      ms(time),
      number(latencies.length),
      ...[0.5, 0.99].map((share) => ms(percentile(latencies, share))),
      ms(latencies.at(-1) ?? 0),
    )
  const run = async (name, work) => {
    const { ms: time, result } = await timed(() => putsWhile(client, work))
    tell(name, time, result)
    return { ...result, time }
  }
  const quiet = await run('nobody reads', () => new Promise((resolve) => setTimeout(resolve, Number(flags.seconds) * 1000)))
  const key = encodeURIComponent(LEASE)
  const page = await run(`history of a key, a page of 50 of ${number(WRITES / 10)}`, async () => {
    const answer = await (await fetch(`${server.api}/v3/history?key=${key}`, { cache: 'no-store' })).json()
    return answer.entries.length
  })
  // What the page asks for first: a fresh server has read nothing yet.
  const picture = await run(`timeline, the first ${number(FIRST_PICTURE)} writes`, () =>
    lines(`${server.api}/v3/timeline?writes=${FIRST_PICTURE}`),
  )
  row('  of which until they are drawn', ms(picture.result.first), `${number(picture.result.writes)} writes`)
  const first = await run('timeline, as far as it goes unasked', () => lines(`${server.api}/v3/timeline`))
  row('  of which until the first writes', ms(first.result.first), `${number(first.result.writes)} writes`)
  const again = await run('timeline again', () => lines(`${server.api}/v3/timeline`))
  const all = await run('timeline, all of it', () => lines(`${server.api}/v3/timeline?writes=1000000&budget=4096`))
  row('  of which until the first writes', ms(all.result.first), `${number(all.result.writes)} writes`)
  const yardstick = await run('etcdctl watch --rev=2', () => etcdctlWatch(endpoint, WRITES))
  row('server memory, peak', `${residentMegabytes(server.child.pid, 'VmHWM').toFixed(0)} MB`)

  const p99 = ({ latencies }) => percentile(latencies, 0.99)
  verdicts([
    ['a page of a key has 50 entries', page.result === 50],
    goal({ what: 'a page of a key', unit: 'ms', figures: [page.time], atMost: 1000 }),
    goal({ what: 'the first picture of the timeline', unit: 'ms', figures: [picture.result.first], atMost: 2000 }),
    ['the timeline knows each write once', all.result.writes >= WRITES],
    ['read unasked: at most 64 MB', first.result.last.head.window.bytes <= 64 * 1024 * 1024],
    ['p99 of puts while read unasked, at most that of etcdctl watch', p99(first) <= Math.max(p99(yardstick), 2 * p99(quiet))],
    ['again within half of the time of all', again.time <= all.time / 2],
  ])
  client.close()
}

try {
  await benchmark()
} finally {
  await clean()
}
