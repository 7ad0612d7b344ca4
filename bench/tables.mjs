// The cost of the pods table, on its own etcd, beside etcdctl: `npm run bench -- tables [--pods 10000,100000] [--no-browser]`.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { mulberry32 } from '../packages/keyspace/dist/testing/cluster-keys.js'
import { putAll } from './generate.mjs'
import { measureBrowser } from './support/browser.mjs'
import { othersMeanwhile } from './support/others.mjs'
import { podValue } from './support/pods.mjs'
import { clean, etcdctl, residentMegabytes, startEtcd, startServer, temporaryDirectory } from './support/processes.mjs'
import { goal, median, ms, number, percentile, row, timed, verdicts } from './support/report.mjs'

const { values: flags } = parseArgs({
  options: {
    pods: { type: 'string', default: '10000,100000' },
    browser: { type: 'boolean', default: true },
    rounds: { type: 'string', default: '5' },
  },
  allowNegative: true,
})

const WORDS = ['api', 'auth', 'billing', 'cart', 'catalog', 'checkout', 'gateway', 'ledger', 'orders', 'search', 'storefront', 'worker']

/** Keys of a cluster with that many pods and their contents; few namespaces have most of them. */
function clusterOf(pods) {
  const random = mulberry32(pods)
  const suffix = (length) => Array.from({ length }, () => 'bcdfghjklmnpqrstvwxz2456789'[Math.floor(random() * 27)]).join('')
  const namespaces = ['default', 'kube-system', 'monitoring', 'shop', ...Array.from({ length: 56 }, (_, i) => `team-${i + 10}`)]
  const other = Buffer.from('{"apiVersion":"v1","kind":"Namespace"}')
  const entries = namespaces.map((name) => [`/registry/namespaces/${name}`, () => other])
  const nodes = Math.max(10, Math.ceil(pods / 50))
  for (let i = 0; i < nodes; i++) entries.push([`/registry/minions/node-${String(i).padStart(4, '0')}.cluster.example`, () => other])
  for (let i = 0; i < pods; ) {
    const namespace = namespaces[Math.floor(random() ** 1.5 * namespaces.length)]
    const replicaSet = `${WORDS[Math.floor(random() * WORDS.length)]}-${suffix(9)}`
    for (let replicas = 1 + Math.floor(random() ** 3 * 30); replicas > 0 && i < pods; replicas--, i++) {
      const key = `/registry/pods/${namespace}/${replicaSet}-${suffix(5)}`
      const number = i
      entries.push([key, () => podValue(key, number, nodes)])
    }
  }
  return entries
}

const agent = new http.Agent({ keepAlive: true })

/** One table, from the request to its last line: the time of the first rows, of the last ones, and the server's own report. */
function readTable(api, query = '') {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    let first = 0
    let bytes = 0
    let last = ''
    const request = http.get(`${api}/tables/pods${query}`, { agent }, (response) => {
      response.on('data', (chunk) => {
        bytes += chunk.length
        // The rows' line begins after the head's; 30 bytes are surely its start.
        if (first === 0 && chunk.includes('"type":"rows"')) first = performance.now() - started
        last = chunk.length > 2000 ? chunk.subarray(-2000).toString() : last + chunk.toString()
      })
      response.on('end', () => {
        const end = JSON.parse(last.trimEnd().split('\n').at(-1))
        if (end.type !== 'end') return reject(new Error(`the table did not end: ${JSON.stringify(end)}`))
        resolve({ first, all: performance.now() - started, bytes, end })
      })
      response.on('error', reject)
    })
    request.on('error', reject)
  })
}

/** Runs a shell command and discards its output. */
const shell = (command) => timed(() => spawnSync('sh', ['-c', command], { stdio: 'ignore', env: { ...process.env, ETCDCTL_API: '3' } }))

async function benchmark(pods) {
  const directory = temporaryDirectory()
  const endpoint = await startEtcd(directory)
  const entries = clusterOf(pods)
  const filled = await timed(() => putAll(endpoint, entries))
  // One etcd under many names: each is an unknown cluster for the server, whose table can be read cold once.
  const rounds = Number(flags.rounds)
  const names = Array.from({ length: rounds }, (_, i) => `bench-${i}`)
  const config = path.join(directory, 'clusters.yaml')
  writeFileSync(config, JSON.stringify({ clusters: names.map((name) => ({ name, endpoints: [endpoint] })) }))
  const server = await startServer(['--config', config])
  const idle = residentMegabytes(server.child.pid, 'VmRSS')

  // It gives up after five seconds by itself, and then it would only seem to be fast.
  const get = `etcdctl --command-timeout=600s --endpoints=${endpoint} get /registry/pods --prefix`
  const protobuf = []
  const colds = []
  const warms = []
  const others = []
  const { waits: quiet } = await othersMeanwhile(server.api, () => new Promise((resolve) => setTimeout(resolve, 1500)))
  // Alternating, so that a slow moment of the machine affects both.
  for (const name of names) {
    const api = `${server.address}/api/v1/clusters/${name}`
    await (await fetch(`${api}/status`)).text()
    protobuf.push((await shell(`${get} -w protobuf > /dev/null`)).ms)
    colds.push(await readTable(api))
    warms.push(await readTable(api))
    const meanwhile = await othersMeanwhile(api, () => readTable(api))
    others.push(...meanwhile.waits)
  }
  const tables = [...colds, ...warms]
  const json = await shell(`${get} -w json | python3 -m json.tool > /dev/null`)
  const namespace = await readTable(server.api, '?namespace=shop')
  const peak = residentMegabytes(server.child.pid, 'VmHWM')
  others.sort((a, b) => a - b)

  const { end, bytes } = tables[0]
  process.stdout.write(
    `\n${number(pods)} pods, ${number(Math.round(end.bytes / 1e6))} MB of values (${Math.round(end.bytes / pods)} bytes each), written in ${(filled.ms / 1000).toFixed(1)} s, ${etcdctl(endpoint, ['version']).stdout.toString().split('\n')[0]}, ${rounds} rounds\n`,
  )
  row('', 'first rows', 'all', 'rows', 'keys walked', 'Ranges')
  for (const [i, table] of tables.entries())
    row(
      i < rounds ? 'the table, cold' : 'the table, again',
      ms(table.first),
      ms(table.all),
      number(table.end.rows),
      number(table.end.cost.walked),
      table.end.cost.ranges,
    )
  row(
    "  one namespace's",
    ms(namespace.first),
    ms(namespace.all),
    number(namespace.end.rows),
    number(namespace.end.cost.walked),
    namespace.end.cost.ranges,
  )
  row('  bytes on the wire', `${(bytes / 1e6).toFixed(1)} MB`, `${Math.round(bytes / end.rows)} a row`)
  row('etcdctl get -w protobuf > /dev/null', '', ms(median(protobuf)), protobuf.map((each) => each.toFixed(0)).join(' '))
  row('etcdctl get -w json | python3 -m json.tool', '', ms(json.ms))
  row(
    'another request while a table is sent',
    `p50 ${ms(percentile(others, 0.5))}`,
    `p99 ${ms(percentile(others, 0.99))}`,
    `max ${ms(others.at(-1))}`,
    `${others.length} asked`,
  )
  row('server memory: idle, peak', `${idle.toFixed(0)} MB`, `${peak.toFixed(0)} MB`)
  const all = median(tables.map((table) => table.all))
  const beside = { what: 'etcdctl -w protobuf', figures: protobuf }
  const whole = (tables) => tables.map((table) => table.all)
  const claims = [
    ['first rows within 150 ms', tables.every((table) => table.first <= 150)],
    goal({ what: `${number(pods)} pods, cold`, unit: 'ms', figures: whole(colds), yardstick: beside, atMost: 1.5 }),
    goal({ what: `${number(pods)} pods, again`, unit: 'ms', figures: whole(warms), yardstick: beside, atMost: 1.2 }),
    ['faster than etcdctl json | json.tool', tables.every((table) => table.all < json.ms)],
    [
      `keys walked at most 2x (${(end.cost.walked / end.rows).toFixed(2)}x, again ${(tables.at(-1).end.cost.walked / end.rows).toFixed(2)}x)`,
      tables.every((table) => table.end.cost.walked <= 2 * table.end.rows),
    ],
    ['every pod once', tables.every((table) => table.end.rows === pods)],
    ['server below 400 MB', peak < 400],
    // On a busy machine the wait is caused by others, not by the table.
    ['other requests wait 50 ms more at most (p99)', percentile(others, 0.99) <= percentile(quiet, 0.99) + 50],
  ]
  return { pods, all, claims, server, endpoint }
}

try {
  let smaller
  for (const pods of flags.pods.split(',').map(Number)) {
    const one = await benchmark(pods)
    if (smaller !== undefined)
      one.claims.push([
        `${pods / smaller.pods}x the pods take ${(one.all / smaller.all).toFixed(1)}x the time, no more than ${pods / smaller.pods}x`,
        // A tenth of it for the machine's other work.
        one.all <= (1.1 * smaller.all * pods) / smaller.pods,
      ])
    if (flags.browser) one.claims.push(...(await measureBrowser(one.server, pods)))
    verdicts(one.claims)
    smaller ??= one
    await clean()
  }
} finally {
  agent.destroy()
  await clean()
}
