// The cost of opening the key tree, on its own etcd: `npm run bench -- keyspace [--keys 1000000] [--pod-values]`. Without --keys:
// 30,000, then 1,000,000.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { Etcd3 } from 'etcd3'
import { openEtcd } from '../apps/server/dist/sources/etcd/open-etcd.js'
import { RangeKnowledge, readPrefix } from '../packages/keyspace/dist/index.js'
import { fill } from './generate.mjs'
import { clean, etcdctl, residentMegabytes, startEtcd, startServer, stop, temporaryDirectory } from './support/processes.mjs'
import { best, goal, inTurns, ms, number, percentile, row, timed, verdicts } from './support/report.mjs'

const { values: flags } = parseArgs({
  options: {
    keys: { type: 'string' },
    'pod-values': { type: 'boolean', default: false },
    'put-seconds': { type: 'string', default: '8' },
  },
})
const registry = Buffer.from('/registry/')
/** The first half warms up the server's code; the median of the others counts. */
const COLD_OPENINGS = 16
/** Further ones, while keys are put. */
const OPENINGS_BESIDE_PUTS = 40
/** Ranges for a cold /registry/, by the number of keys: one where the database is small. */
const mostRanges = (keys) => (keys < 5_000 ? 1 : keys < 100_000 ? 46 : 105)

/** A whole level in pages, with its total cost for etcd. */
async function open(api, prefix) {
  const cost = { walked: 0, ranges: 0, largestWalk: 0, entries: 0, firstPage: 0, server: 0 }
  let query = `prefix=${encodeURIComponent(prefix)}`
  const started = performance.now()
  for (;;) {
    const response = await fetch(`${api}/v3/children?${query}`, { cache: 'no-store' })
    const page = await response.json()
    if (!response.ok) throw new Error(`${page.code}: ${page.title} ${page.detail ?? ''}`)
    cost.server += Number(/dur=([\d.]+)/.exec(response.headers.get('server-timing'))?.[1])
    if (cost.firstPage === 0) cost.firstPage = performance.now() - started
    cost.entries += page.children.length
    cost.walked += page.cost.walked
    cost.ranges += page.cost.ranges
    cost.largestWalk = Math.max(cost.largestWalk, page.cost.largestWalk)
    if (page.cursor === null) return cost
    query = `prefix=${encodeURIComponent(prefix)}&rev=${page.revision}&cursor=${encodeURIComponent(page.cursor)}`
  }
}

/** Ranges that the member has answered, by its own count. */
async function rangesAnswered(endpoint) {
  const metrics = await (await fetch(`${endpoint}/metrics`)).text()
  return Number(/^grpc_server_handled_total\{grpc_code="OK",grpc_method="Range",.*\} (.*)$/m.exec(metrics)?.[1] ?? 0)
}

const putLatencies = (client, seconds) => {
  const until = performance.now() + seconds * 1000
  return putWhile(client, () => performance.now() < until)
}

async function putWhile(client, goesOn) {
  const latencies = []
  for (let i = 0; goesOn(); i++) {
    const one = await timed(() => client.kv.put({ key: Buffer.from(`/registry/leases/bench/${i % 50}`), value: Buffer.from(String(i)) }))
    latencies.push(one.ms)
  }
  return latencies.sort((a, b) => a - b)
}

async function readAll(source, knowledge) {
  const all = { keys: 0, walked: 0, largestWalk: 0, ranges: 0 }
  const counted = {
    async range(request, signal) {
      const reply = await source.range(request, signal)
      all.walked += reply.count
      all.largestWalk = Math.max(all.largestWalk, reply.count)
      all.ranges++
      return reply
    },
  }
  for await (const page of readPrefix(counted, { prefix: registry, revision: 0n, keysOnly: true, pageSize: 1000, knowledge }))
    all.keys += page.kvs.length
  return all
}

async function benchmark(keys) {
  const directory = temporaryDirectory()
  const endpoint = await startEtcd(directory)
  const filled = await timed(() => fill({ endpoint, keys, podValues: flags['pod-values'] }))
  process.stdout.write(
    `\n${number(filled.result)} keys, written in ${(filled.ms / 1000).toFixed(1)} s, ${etcdctl(endpoint, ['version']).stdout.toString().split('\n')[0]}\n`,
  )
  const client = new Etcd3({ hosts: endpoint, grpcOptions: { 'grpc.max_receive_message_length': -1 } })
  const countOnce = (prefix) => {
    const end = Buffer.from(prefix)
    end[end.length - 1]++
    return timed(() => client.kv.range({ key: Buffer.from(prefix), range_end: end, count_only: true, serializable: true }))
  }
  const count = async (prefix) => best(async () => (await countOnce(prefix)).result)

  // A large keyspace takes long enough for noise not to matter.
  const several = keys < 100_000 ? best : timed
  // As a whole process, which is what a shell user waits for.
  const listKeys = (prefix) => timed(() => etcdctl(endpoint, ['get', prefix, '--prefix', '--keys-only']))
  const list = async (prefix) => {
    const cli = await several(() => etcdctl(endpoint, ['get', prefix, '--prefix', '--keys-only']))
    return { ms: cli.ms, keys: cli.result.stdout.toString('latin1').split('\n').filter(Boolean).length }
  }
  const beside = async (prefix) => {
    const counted = await count(prefix)
    const keysBelow = Number(counted.result.count)
    row(`one count_only Range over ${prefix}`, ms(counted.ms), number(keysBelow), '1.00', number(keysBelow), 1)
    const cli = await list(prefix)
    row(`etcdctl get ${prefix} --prefix --keys-only`, ms(cli.ms), number(cli.keys), (cli.keys / keysBelow).toFixed(2), number(cli.keys), 1)
    return { counted, keysBelow, cli }
  }
  row('', 'time', 'keys walked', 'x keys below', 'largest walk', 'Ranges')
  const { keysBelow: below } = await beside('/registry/')
  const show = (name, time, cost, keysBelow) =>
    row(name, ms(time), number(cost.walked), (cost.walked / keysBelow).toFixed(2), number(cost.largestWalk), number(cost.ranges))

  // One etcd under many names: each is an unknown cluster for the server, and can be opened cold once.
  const names = Array.from({ length: COLD_OPENINGS + OPENINGS_BESIDE_PUTS }, (_, i) => `bench-${i}`)
  const config = path.join(directory, 'clusters.yaml')
  writeFileSync(config, JSON.stringify({ clusters: names.map((name) => ({ name, endpoints: [endpoint] })) }))
  const server = await startServer(['--config', config], { asks: false })
  const apiOf = (name) => `${server.address}/api/v1/clusters/${name}`
  const api = apiOf(names[0])
  const rss = []
  const note = () => rss.push(residentMegabytes(server.child.pid, 'VmRSS'))
  note()
  const colds = []
  const counts = []
  const ranges = []
  for (const name of names.slice(0, COLD_OPENINGS)) {
    counts.push((await countOnce('/registry/')).ms)
    const before = await rangesAnswered(endpoint)
    // The first request for this name, with its connection.
    colds.push(await timed(() => open(apiOf(name), '/registry/')))
    ranges.push((await rangesAnswered(endpoint)) - before)
  }
  show('open /registry/ as the first thing after a start', colds[0].ms, colds[0].result, below)
  const cold = colds.slice(COLD_OPENINGS / 2).sort((a, b) => a.ms - b.ms)[COLD_OPENINGS / 4]
  const byServer = colds
    .slice(COLD_OPENINGS / 2)
    .map(({ result }) => result.server)
    .sort((a, b) => a - b)
  show('open /registry/ cold, nothing known of it', cold.ms, cold.result, below)
  row('  of which until the server began to answer', ms(percentile(byServer, 0.5)))
  const warm = await best(() => open(api, '/registry/'))
  show('open /registry/ warm, same revision', warm.ms, warm.result, below)
  const changed = await best(async () => {
    await client.kv.put({ key: Buffer.from('/registry/leases/bench/changed'), value: Buffer.from('x') })
    return open(api, '/registry/')
  })
  show('open /registry/ warm, new revision (with 1 put)', changed.ms, changed.result, below)
  note()
  const pods = await beside('/registry/pods/')
  const podsCold = await timed(() => open(api, '/registry/pods/'))
  show('open /registry/pods/ cold', podsCold.ms, podsCold.result, pods.keysBelow)
  const shop = await beside('/registry/pods/shop/')
  const shopCold = await timed(() => open(api, '/registry/pods/shop/'))
  show(`open /registry/pods/shop/, ${number(shopCold.result.entries)} pods in pages`, shopCold.ms, shopCold.result, shop.keysBelow)
  row('  of which the first page', ms(shopCold.result.firstPage))
  const shopWarm = await timed(() => open(api, '/registry/pods/shop/'))
  show('  again', shopWarm.ms, shopWarm.result, shop.keysBelow)
  note()

  // By the server's own source and reader, in this process.
  const own = openEtcd({ endpoints: [endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
  let knowledge
  const readings = await inTurns(5, {
    cli: () => listKeys('/registry/'),
    first: () => {
      knowledge = new RangeKnowledge()
      return timed(() => readAll(own.v3, knowledge))
    },
    again: () => timed(() => readAll(own.v3, knowledge)),
  })
  const [all, again] = [readings.first, readings.again].map((runs) => runs.reduce((a, b) => (b.ms < a.ms ? b : a)))
  show(`read all ${number(all.result.keys)} keys in pages, first time`, all.ms, all.result, below)
  show('read all keys in pages, again', again.ms, again.result, below)
  await own.close()

  const quiet = await putLatencies(client, Number(flags['put-seconds']))
  let opens = 0
  let opening = true
  const reader = (async () => {
    for (; opening; opens++) await open(api, '/registry/')
  })()
  const busy = await putLatencies(client, Number(flags['put-seconds']))
  opening = false
  await reader
  note()
  let openingCold = true
  const coldReader = (async () => {
    for (const name of names.slice(COLD_OPENINGS)) await open(apiOf(name), '/registry/')
  })().finally(() => {
    openingCold = false
  })
  const busyCold = await putWhile(client, () => openingCold)
  await coldReader
  row('', 'puts', 'p50', 'p99', 'max')
  const latencies = (name, list) => row(name, number(list.length), ms(percentile(list, 0.5)), ms(percentile(list, 0.99)), ms(list.at(-1)))
  latencies('put, nobody reads', quiet)
  latencies(`put, while /registry/ was opened ${number(opens)} times`, busy)
  latencies(`put, while /registry/ was opened cold ${OPENINGS_BESIDE_PUTS} times`, busyCold)
  row('  difference (warm)', '', ms(percentile(busy, 0.5) - percentile(quiet, 0.5)), ms(percentile(busy, 0.99) - percentile(quiet, 0.99)))
  row(
    'server memory: largest seen, peak',
    `${Math.max(...rss).toFixed(0)} MB`,
    `${residentMegabytes(server.child.pid, 'VmHWM').toFixed(0)} MB`,
  )

  const claims = [
    ['walked to open /registry/ cold, at most 2x the keys', cold.result.walked <= 2 * below],
    ...(below < 100_000 ? [['open /registry/ cold within 50 ms of server time', percentile(byServer, 0.5) <= 50]] : []),
    // Of few keys, the request itself and its connection would be measured.
    ...(below < 10_000
      ? []
      : [
          goal({
            what: `${number(keys)} keys: open /registry/ cold`,
            unit: 'ms',
            // The first half warms up the code.
            figures: colds.slice(COLD_OPENINGS / 2).map((one) => one.ms),
            yardstick: { what: 'count_only', figures: counts.slice(COLD_OPENINGS / 2) },
            atMost: below < 100_000 ? 1.5 : 2.5,
          }),
        ]),
    goal({
      what: `${number(keys)} keys: open /registry/ cold, by etcd's own count`,
      unit: 'Ranges',
      figures: ranges,
      atMost: mostRanges(below),
    }),
    ['open /registry/ warm within 50 ms', warm.ms <= 50 && changed.ms <= 50],
    [
      'read all keys: walked at most 2x, each key once',
      all.result.walked <= 2 * below && all.result.keys === Number((await count('/registry/')).result.count) - (await sinceThen()),
    ],
    ...['first', 'again'].map((name) =>
      goal({
        what: `${number(keys)} keys: read all, ${name === 'first' ? 'first time' : 'again'}`,
        unit: 'ms',
        figures: readings[name].map((one) => one.ms),
        yardstick: { what: 'etcdctl --keys-only', figures: readings.cli.map((one) => one.ms) },
        atMost: 2,
      }),
    ),
    ['one namespace of 10,000 pods: walked at most 2x', shopCold.result.walked <= 2 * shop.keysBelow],
    [
      'no single walk of more than 20,000 keys',
      [cold.result, changed.result, podsCold.result, shopCold.result, all.result, again.result].every((cost) => cost.largestWalk <= 20_000),
    ],
    ['server below 300 MB', residentMegabytes(server.child.pid, 'VmHWM') < 300],
  ]
  async function sinceThen() {
    const end = Buffer.from('/registry/leases/bench0')
    const benchKeys = await client.kv.range({ key: Buffer.from('/registry/leases/bench/'), range_end: end, count_only: true })
    // Only this benchmark's puts came after: the one existing key stays.
    return Number(benchKeys.count) - 1
  }
  verdicts(claims)
  await stop(server.child)

  client.close()
}

try {
  for (const keys of flags.keys === undefined ? [30_000, 1_000_000] : flags.keys.split(',').map(Number)) {
    await benchmark(keys)
    await clean()
  }
} finally {
  await clean()
}
