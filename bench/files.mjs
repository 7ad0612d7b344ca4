// Opening a large snapshot, beside `etcdctl snapshot status` of it: `npm run bench -- files [--gigabyte] [--rounds 5]`. With --gigabyte: one of 1 GB
// after one of 500 MB.
import { statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { fill } from './generate.mjs'
import { clean, etcdctl, processorMs, residentMegabytes, startEtcd, startServer, stop, temporaryDirectory } from './support/processes.mjs'
import { goal, inTurns, median, ms, number, row, timed, verdicts } from './support/report.mjs'

const { values: flags } = parseArgs({
  options: { gigabyte: { type: 'boolean', default: false }, rounds: { type: 'string', default: '5' } },
})
const ROUNDS = Math.max(5, Number(flags.rounds))
const KEYS = 1_000_000
/** Bytes of a value, for so many megabytes of file. */
const SIZES = flags.gigabyte ? [300, 850] : [300]
const DEMO = fileURLToPath(new URL('../demo/cluster', import.meta.url))

async function json(url) {
  const response = await fetch(url, { cache: 'no-store' })
  const body = await response.json()
  if (!response.ok) throw new Error(`${url}: ${body.code}: ${body.title}`)
  return body
}

/** Starts a server with a file; the first thing asked of it is the listing of /registry/. */
async function open(args) {
  const started = performance.now()
  const { address, child } = await startServer([...args, '--name', 'bench'], { asks: false })
  const ready = performance.now() - started
  const processor = processorMs(child.pid)
  const api = `${address}/api/v1/clusters/bench`
  const { children } = await json(`${api}/v3/children?prefix=${encodeURIComponent('/registry/')}`)
  return { api, child, ready, processor, shown: performance.now() - started, entries: children.length, started }
}

/** As `open`; then until everything about the file has been checked. */
async function openWholly(file) {
  const { api, child, ...opened } = await open(['--snapshot', file])
  let facts = { structure: 'checking', trailer: 'checking' }
  while (facts.structure === 'checking' || facts.trailer === 'checking') {
    await new Promise((resolve) => setTimeout(resolve, 50))
    facts = (await json(`${api}/status`)).file
  }
  const checked = performance.now() - opened.started
  // The largest memory is that after some pages.
  for (const prefix of ['/registry/pods/', '/registry/pods/shop/']) await json(`${api}/v3/children?prefix=${encodeURIComponent(prefix)}`)
  const peak = residentMegabytes(child.pid, 'VmHWM')
  await stop(child)
  return { ...opened, checked, peak, sound: facts.trailer === 'verified' && facts.structure === 'sound' }
}

async function startAlone() {
  const { child, ready, processor } = await open(['--data-dir', DEMO])
  await stop(child)
  return { ready, processor }
}

async function benchmark(valueSize) {
  const directory = temporaryDirectory()
  const endpoint = await startEtcd(directory)
  const keys = await fill({ endpoint, keys: KEYS, valueSize })
  const file = path.join(directory, 'bench.db')
  etcdctl(endpoint, ['snapshot', 'save', file])
  const size = `${(statSync(file).size / 1e6).toFixed(0)} MB`
  const { status, opened, alone } = await inTurns(ROUNDS, {
    status: async () => (await timed(() => etcdctl(endpoint, ['snapshot', 'status', file]))).ms,
    opened: () => openWholly(file),
    alone: startAlone,
  })
  const figures = (name, of = opened) => of.map((one) => one[name])
  const yardstick = { what: 'etcdctl snapshot status', figures: status }
  const beside = (value) => `${(value / median(status)).toFixed(2)}x`
  process.stdout.write(`\n${number(keys)} keys in a snapshot of ${size}, medians of ${ROUNDS}\n`)
  row('', 'time', 'beside etcdctl', 'processor')
  row('etcdctl snapshot status', ms(median(status)), '1.00x')
  row('from the start until /registry/ is shown', ms(median(figures('shown'))), beside(median(figures('shown'))))
  row(
    '  of which until every key is indexed',
    ms(median(figures('ready'))),
    beside(median(figures('ready'))),
    ms(median(figures('processor'))),
  )
  row(
    '  the server alone, with the demo',
    ms(median(figures('ready', alone))),
    beside(median(figures('ready', alone))),
    ms(median(figures('processor', alone))),
  )
  row('until pages and sha256 are checked too', ms(median(figures('checked'))), beside(median(figures('checked'))))
  const what = `snapshot of ${size}`
  verdicts([
    [`${what}: sound, with the right sha256`, figures('sound').every(Boolean)],
    [`${what}: /registry/ has children`, figures('entries').every((entries) => entries > 0)],
    goal({ what: `${what}: start, until /registry/ is shown`, unit: 'ms', figures: figures('shown'), yardstick, atMost: 1 }),
    goal({ what: `${what}: start, until every key is indexed`, unit: 'ms', figures: figures('ready'), yardstick, atMost: 1 }),
    [`${what}: the server's memory never above 300 MB`, Math.max(...figures('peak')) <= 300],
  ])
}

try {
  for (const size of SIZES) {
    await benchmark(size)
    await clean()
  }
} finally {
  await clean()
}
