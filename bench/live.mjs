// One table of many pods followed by many pages while pods change: `npm run bench -- live [--pods 10000] [--pages 500] [--rate 200] [--seconds 20]`.
// Each page is a real stream of server-sent events; times are from before a put is sent until a page has received its row.
import { get } from 'node:http'
import { parseArgs } from 'node:util'
import { Etcd3 } from 'etcd3'
import { clean, residentMegabytes, startEtcd, startServer, temporaryDirectory } from './support/processes.mjs'
import { goal, ms, number, percentile, row, timed, verdicts } from './support/report.mjs'

const { values: flags } = parseArgs({
  options: {
    pods: { type: 'string', default: '10000' },
    pages: { type: 'string', default: '500' },
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '20' },
    bytes: { type: 'string', default: '3000' },
  },
})
const [PODS, PAGES, RATE, SECONDS, BYTES] = ['pods', 'pages', 'rate', 'seconds', 'bytes'].map((name) => Number(flags[name]))
/** Pages whose every row is compared with what was written; the others only count. */
const CHECKED = 20

const nameOf = (n) => `web-${String(n).padStart(6, '0')}`
function pod(n, restarts) {
  const object = {
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: {
      name: nameOf(n),
      namespace: 'shop',
      uid: `uid-${n}`,
      creationTimestamp: '2026-11-23T11:00:00Z',
      annotations: { filler: '' },
    },
    spec: { nodeName: `n${n % 100}`, containers: [{ name: 'web' }] },
    status: {
      phase: 'Running',
      podIP: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
      containerStatuses: [{ name: 'web', ready: restarts % 2 === 0, restartCount: restarts, state: { running: {} } }],
    },
  }
  object.metadata.annotations.filler = 'x'.repeat(Math.max(0, BYTES - JSON.stringify(object).length))
  return Buffer.from(JSON.stringify(object))
}
const keyOf = (n) => Buffer.from(`/registry/pods/shop/${nameOf(n)}`)

async function fill(client) {
  let next = 0
  const one = async () => {
    for (let n = next++; n < PODS; n = next++) await client.kv.put({ key: keyOf(n), value: pod(n, 0) })
  }
  await Promise.all(Array.from({ length: 64 }, one))
}

/** Reads the table as a page does; its head. */
async function readTable(api) {
  const response = await fetch(`${api}/tables/pods`, { cache: 'no-store' })
  const [first] = (await response.text()).split('\n', 1)
  return JSON.parse(first)
}

/** One page that follows: when it received everything up to which revision, and if it is checked, the newest row of each pod. */
function openPage(api, head, checked) {
  const page = { received: [], rows: new Map(), bytes: 0, following: null, missed: 0, end: () => {} }
  const query = `table=${head.revision}&path=pods&apiVersion=${head.apiVersion}&kind=${head.kind}`
  page.following = new Promise((resolve, reject) => {
    const request = get(`${api}/events?${query}`, { agent: false }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`the stream answered ${response.statusCode}`))
      let rest = []
      response.on('data', (chunk) => {
        page.bytes += chunk.length
        rest.push(chunk)
        if (!chunk.includes('\n\n')) return
        const text = Buffer.concat(rest)
        const last = text.lastIndexOf('\n\n')
        rest = [text.subarray(last + 2)]
        for (const event of text.toString('utf8', 0, last).split('\n\n')) take(page, event, checked, resolve)
      })
      response.on('error', () => {})
      page.end = () => response.destroy()
    })
    request.on('error', reject)
  })
  return page
}

function take(page, event, checked, followed) {
  if (!event.includes('event: table\n')) return
  const at = event.indexOf('data: ') + 6
  if (event.includes('"missed":true', at)) page.missed++
  if (event.includes('"following":true', at)) followed()
  if (!event.includes('"changes":[', at)) return
  page.received.push([Number(/"revision":"(\d+)"/.exec(event.slice(at, at + 60))?.[1]), performance.now()])
  if (!checked) return
  for (const { revision, row: told } of JSON.parse(event.slice(at)).changes) page.rows.set(told.name, { revision, cells: told.cells })
}

/** Changes pods at a steady rate; when each put was sent, by its revision, and the newest revision of each pod. */
async function change(client) {
  const sent = []
  const newest = new Map()
  const puts = []
  const started = performance.now()
  const total = RATE * SECONDS
  for (let i = 0; i < total; i++) {
    const due = started + (i * 1000) / RATE
    const wait = due - performance.now()
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait))
    const n = (i * 7919) % PODS
    const at = performance.now()
    puts.push(
      client.kv.put({ key: keyOf(n), value: pod(n, i + 1) }).then(({ header }) => {
        const revision = Number(header.revision)
        sent.push([revision, at])
        if ((newest.get(nameOf(n))?.revision ?? 0) < revision) newest.set(nameOf(n), { revision, restarts: i + 1 })
      }),
    )
  }
  await Promise.all(puts)
  return { sent: sent.sort((a, b) => a[0] - b[0]), newest, took: performance.now() - started }
}

/** Milliseconds from each put to each page that received it, ascending; and how many were never received. */
function latenciesOf(pages, sent) {
  const latencies = []
  let lost = 0
  for (const { received } of pages) {
    let next = 0
    for (const [revision, at] of sent) {
      while (next < received.length && received[next][0] < revision) next++
      if (next === received.length) lost++
      else latencies.push(received[next][1] - at)
    }
  }
  return { latencies: Float64Array.from(latencies).sort(), lost }
}

async function watchers(endpoint) {
  const text = await (await fetch(`${endpoint}/metrics`)).text()
  return Number(/^etcd_debugging_mvcc_watcher_total (\d+)/m.exec(text)?.[1])
}

async function benchmark() {
  const endpoint = await startEtcd(temporaryDirectory())
  const client = new Etcd3({ hosts: endpoint })
  await fill(client)
  process.stdout.write(`\n${number(PAGES)} pages follow a table of ${number(PODS)} pods, ${number(RATE)} changes/s for ${SECONDS} s\n`)
  const server = await startServer(['--endpoints', endpoint])
  const { ms: reading, result: head } = await timed(() => readTable(server.api))
  row('the table is read once', ms(reading))
  const before = residentMegabytes(server.child.pid, 'VmRSS')
  const pages = Array.from({ length: PAGES }, (_, i) => openPage(server.api, head, i < CHECKED))
  await Promise.all(pages.map(({ following }) => following))
  const watches = await watchers(endpoint)
  row('etcd watches while all follow', watches)
  const { sent, newest, took } = await change(client)
  const last = sent.at(-1)[0]
  const deadline = performance.now() + 30_000
  while (pages.some(({ received }) => (received.at(-1)?.[0] ?? 0) < last) && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 50))
  const { latencies, lost } = latenciesOf(pages, sent)
  row('puts', number(sent.length), `${((sent.length * 1000) / took).toFixed(0)}/s`)
  row(
    'events received',
    number(pages.reduce((sum, { received }) => sum + received.length, 0)),
    `${(pages.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6).toFixed(0)} MB`,
  )
  row('', 'p50', 'p99', 'max')
  row('from put to page', ...[0.5, 0.99].map((share) => ms(percentile(latencies, share))), ms(latencies.at(-1) ?? Number.NaN))
  const peak = residentMegabytes(server.child.pid, 'VmHWM')
  row('server memory before, peak', `${before.toFixed(0)} MB`, `${peak.toFixed(0)} MB`)
  const wrong = pages
    .slice(0, CHECKED)
    .flatMap(({ rows }) => [...newest].filter(([name, { revision }]) => Number(rows.get(name)?.revision) !== revision))
  for (const page of pages) page.end()
  client.close()
  verdicts([
    ['one watch on etcd', watches === 1],
    ['every change reached every page', lost === 0 && pages.every(({ missed }) => missed === 0)],
    [`the newest row of each changed pod is right on ${CHECKED} pages`, wrong.length === 0],
    goal({ what: 'p99 from put to page', unit: 'ms', figures: [percentile(latencies, 0.99)], atMost: 1000 }),
    goal({ what: 'memory of the server', unit: 'MB', figures: [peak], atMost: 300 }),
  ])
}

try {
  await benchmark()
} finally {
  await clean()
}
