// What the pages of an etcd far away cost, beside etcdctl at the same distance: `npm run bench -- far [--pods 10000] [--away 2,20]` (ms of a round
// trip).
import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { putAll } from './generate.mjs'
import { podValue } from './support/pods.mjs'
import { atTheEnd, clean, startEtcd, startServer, stop, temporaryDirectory } from './support/processes.mjs'
import { goal, inTurns, ms, row, timed, verdicts } from './support/report.mjs'

const { values: flags } = parseArgs({
  options: {
    pods: { type: 'string', default: '10000' },
    away: { type: 'string', default: '2,20' },
    rounds: { type: 'string', default: '5' },
  },
})
const ROUNDS = Number(flags.rounds)
const PODS = Number(flags.pods)
const NODES = 200
const NAMESPACES = 60
const namespaceOf = (i) => `team-${i % NAMESPACES}`
const keyOf = (i) => `/registry/pods/${namespaceOf(i)}/app-${i}`
const RESOURCES = ['configmaps', 'deployments', 'events', 'leases', 'minions', 'replicasets', 'secrets', 'serviceaccounts']

/** The endpoint of `etcd` behind a proxy with that round trip, in ms. */
async function away(etcd, roundTrip) {
  const script = path.join(import.meta.dirname, 'support', 'distance.mjs')
  const child = spawn(process.execPath, [script, etcd, String(roundTrip)], { stdio: ['ignore', 'pipe', 'inherit'] })
  atTheEnd(() => stop(child))
  return await new Promise((resolve) => child.stdout.once('data', (line) => resolve(String(line).trim())))
}

/** Everything that a request answers, as text. */
async function read(url) {
  const response = await fetch(url, { cache: 'no-store' })
  const text = await response.text()
  if (!response.ok) throw new Error(`${url}: ${text}`)
  return text
}

async function table(url) {
  const end = JSON.parse((await read(url)).trimEnd().split('\n').at(-1))
  if (end.type !== 'end' || end.rows !== PODS) throw new Error(`the table did not end: ${JSON.stringify(end)}`)
}

try {
  const directory = temporaryDirectory()
  const etcd = await startEtcd(directory)
  await putAll(etcd, [
    ...Array.from({ length: NAMESPACES }, (_, i) => [
      `/registry/namespaces/${namespaceOf(i)}`,
      () => Buffer.from('{"apiVersion":"v1","kind":"Namespace"}'),
    ]),
    ...Array.from({ length: PODS }, (_, i) => [keyOf(i), () => podValue(keyOf(i), i, NODES)]),
    ...RESOURCES.flatMap((resource) =>
      Array.from({ length: 200 }, (_, i) => [`/registry/${resource}/${namespaceOf(i)}/one-${i}`, () => Buffer.from('{}')]),
    ),
  ])
  for (const roundTrip of flags.away.split(',').map(Number)) {
    const endpoint = await away(etcd, roundTrip)
    // One etcd under many names: each is an unknown cluster for the server, which is read cold once.
    const config = path.join(directory, `clusters-${roundTrip}.yaml`)
    const names = Array.from({ length: ROUNDS }, (_, i) => [`tree-${i}`, `table-${i}`]).flat()
    writeFileSync(config, JSON.stringify({ clusters: names.map((name) => ({ name, endpoints: [endpoint] })) }))
    const server = await startServer(['--config', config])
    const api = (name) => `${server.address}/api/v1/clusters/${name}`
    // The connection is made.
    for (const name of names) await read(`${api(name)}/status`)
    const etcdctl = (...args) => {
      const env = { ...process.env, ETCDCTL_API: '3' }
      const global = [`--endpoints=${endpoint}`, '--command-timeout=600s']
      const { status, error } = spawnSync('etcdctl', [...global, 'get', ...args], { stdio: 'ignore', env })
      // One that failed would only seem to be fast.
      if (status !== 0) throw new Error('etcdctl failed', { cause: error })
    }
    const times = await inTurns(ROUNDS, {
      etcdctl: async () => (await timed(() => etcdctl('/registry/pods/', '--prefix', '-w', 'protobuf'))).ms,
      tree: async (i) => (await timed(() => read(`${api(`tree-${i}`)}/v3/children?prefix=${encodeURIComponent('/registry/')}`))).ms,
      key: async (i) => (await timed(() => read(`${api(`tree-${i}`)}/v3/value?key=${encodeURIComponent(keyOf(i))}`))).ms,
      cold: async (i) => (await timed(() => table(`${api(`table-${i}`)}/tables/pods`))).ms,
      again: async (i) => (await timed(() => table(`${api(`table-${i}`)}/tables/pods`))).ms,
    })
    process.stdout.write(`\n${PODS} pods, ${roundTrip} ms away, ${ROUNDS} rounds\n`)
    for (const [name, figures] of Object.entries(times)) row(name, ...figures.map(ms))
    const beside = { what: 'etcdctl -w protobuf', figures: times.etcdctl }
    const trips = (figures) => figures.map((figure) => figure / roundTrip)
    verdicts([
      goal({ what: `${roundTrip} ms away: all pods, cold`, unit: 'ms', figures: times.cold, yardstick: beside, atMost: 1.5 }),
      goal({ what: `${roundTrip} ms away: all pods, again`, unit: 'ms', figures: times.again, yardstick: beside, atMost: 1.2 }),
      // Nearer, the work takes longer than the way.
      ...(roundTrip < 20
        ? []
        : [
            goal({ what: `${roundTrip} ms away: /registry/, cold`, unit: 'round trips', figures: trips(times.tree), atMost: 20 }),
            goal({ what: `${roundTrip} ms away: a key`, unit: 'round trips', figures: trips(times.key), atMost: 3 }),
          ]),
    ])
    await stop(server.child)
  }
} finally {
  await clean()
}
