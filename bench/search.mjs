// The speed of a search beside etcdctl and grep, on its own etcd and on files: `npm run bench -- search [--keys 1000000] [--megabytes 500]`.
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { clusterKeys } from '../packages/keyspace/dist/testing/cluster-keys.js'
import { putAll } from './generate.mjs'
import { podValue } from './support/pods.mjs'
import { clean, etcdctl, residentMegabytes, startEtcd, startServer, temporaryDirectory } from './support/processes.mjs'
import { goal, median, ms, number, row, timed, verdicts } from './support/report.mjs'

const { values: flags } = parseArgs({
  options: {
    keys: { type: 'string', default: '1000000' },
    megabytes: { type: 'string', default: '500' },
    pods: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '3' },
    /** One part: `fields`, `keys` or `values`. */
    only: { type: 'string' },
  },
})
const rounds = Number(flags.rounds)
const agent = new http.Agent({ keepAlive: true })

/** A whole search: its last line, and how long it took. */
function ask(api, q) {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    http
      .get(`${api}/search?q=${encodeURIComponent(q)}&limit=1000`, { agent }, (response) => {
        let last = ''
        response.on('data', (chunk) => {
          last = (last + chunk).slice(-4000)
        })
        response.on('end', () => {
          const end = JSON.parse(last.trimEnd().split('\n').at(-1))
          if (end.type !== 'end') return reject(new Error(`the search did not end: ${JSON.stringify(end)}`))
          resolve({ ms: performance.now() - started, end })
        })
        response.on('error', reject)
      })
      .on('error', reject)
  })
}

/** `etcdctl` gives up after five seconds by itself, and then it would only seem to be fast. */
const PATIENT = '--command-timeout=600s'

/** How long a command takes, whose first program must not fail: a grep behind it may find nothing. */
async function shell(command) {
  const run = await timed(() =>
    spawnSync('bash', ['-c', `${command}; test "\${PIPESTATUS[0]}" -eq 0`], { stdio: 'ignore', env: { ...process.env, ETCDCTL_API: '3' } }),
  )
  if (run.result.status !== 0) throw new Error(`failed: ${command}`)
  return run
}

async function several(work) {
  const all = []
  for (let i = 0; i < rounds; i++) all.push(await work())
  return all
}

/** Keys with small values, live and in a snapshot. */
async function keys() {
  const directory = temporaryDirectory()
  const endpoint = await startEtcd(directory)
  const names = clusterKeys({ keys: Number(flags.keys), shopPods: Math.min(10_000, Math.floor(Number(flags.keys) / 3)) })
  const value = Buffer.from('{}')
  const filled = await timed(() =>
    putAll(
      endpoint,
      [...new Set(names)].map((key) => [key, () => value]),
    ),
  )
  const snapshot = path.join(directory, 'keys.db')
  etcdctl(endpoint, ['snapshot', 'save', snapshot])
  const live = await startServer(['--endpoints', endpoint])
  const file = await startServer(['--snapshot', snapshot])
  const q = 'key:no-such-key-anywhere'
  const command = `etcdctl ${PATIENT} --endpoints=${endpoint} get '' --prefix --keys-only | grep no-such-key-anywhere`
  const cold = await ask(file.api, q)
  const inFile = await several(() => ask(file.api, q))
  const first = await ask(live.api, q)
  const both = await several(async () => ({ etcdctl: (await shell(command)).ms, search: (await ask(live.api, q)).ms }))
  const count = first.end.read
  process.stdout.write(`\n${number(count)} keys, written in ${(filled.ms / 1000).toFixed(1)} s\n`)
  row('keys of a file, cold', ms(cold.ms))
  row('keys of a file', ms(median(inFile.map((one) => one.ms))))
  row('keys of the live etcd, first', ms(first.ms), `${number(first.end.cost.walked)} walked`)
  row('keys of the live etcd', ms(median(both.map((one) => one.search))))
  row('etcdctl get --prefix --keys-only | grep', ms(median(both.map((one) => one.etcdctl))))
  const peak = residentMegabytes(file.child.pid, 'VmHWM')
  row('memory of the server of the file, peak', `${peak.toFixed(0)} MB`)
  await clean()
  return [
    goal({ what: 'keys of a file', unit: 'ms', figures: inFile.map((one) => one.ms), atMost: 150 }),
    goal({
      what: 'keys of a live etcd',
      unit: 'ms',
      figures: both.map((one) => one.search),
      yardstick: { what: 'etcdctl --keys-only | grep', figures: both.map((one) => one.etcdctl) },
      atMost: 1,
    }),
    ['every key searched', cold.end.read === count],
  ]
}

/** Pods in a file, searched for a word. */
async function values() {
  const directory = temporaryDirectory()
  const endpoint = await startEtcd(directory)
  const size = podValue('/registry/pods/shop/pod-000000', 0).length
  const pods = Math.ceil((Number(flags.megabytes) * 1e6) / size)
  const nameOf = (i) => `/registry/pods/shop/pod-${String(i).padStart(6, '0')}`
  const filled = await timed(() =>
    putAll(
      endpoint,
      Array.from({ length: pods }, (_, i) => [nameOf(i), () => podValue(nameOf(i), i)]),
    ),
  )
  const snapshot = path.join(directory, 'values.db')
  etcdctl(endpoint, ['snapshot', 'save', snapshot])
  const server = await startServer(['--snapshot', snapshot])
  const fileMegabytes = statSync(snapshot).size / 1e6
  const grep = await several(() => shell(`{ grep -c no.such.word.anywhere ${snapshot} || test $? -eq 1; }`))
  const cold = await ask(server.api, 'no.such.word.anywhere')
  const word = await several(() => ask(server.api, 'no.such.word.anywhere'))
  const megabytes = cold.end.bytes / 1e6
  const speed = (one) => megabytes / (one / 1000)
  const middle = median(word.map((one) => one.ms))
  process.stdout.write(
    `\n${number(pods)} pods, ${megabytes.toFixed(0)} MB of values in ${fileMegabytes.toFixed(0)} MB, written in ${(filled.ms / 1000).toFixed(1)} s\n`,
  )
  row('a word in the values, cold', ms(cold.ms), `${speed(cold.ms).toFixed(0)} MB/s`)
  row('a word in the values', ms(middle), `${speed(middle).toFixed(0)} MB/s`)
  row(
    'grep -c on the same file',
    ms(median(grep.map((one) => one.ms))),
    `${(fileMegabytes / (median(grep.map((one) => one.ms)) / 1000)).toFixed(0)} MB/s`,
  )
  const peak = residentMegabytes(server.child.pid, 'VmHWM')
  row('memory of the server, peak', `${peak.toFixed(0)} MB`)
  await clean()
  return [
    goal({ what: 'a word in the values of a file', unit: 'MB/s', figures: word.map((one) => speed(one.ms)), atLeast: 400 }),
    ['every value searched', cold.end.read >= pods],
    goal({ what: 'memory of the server', unit: 'MB', figures: [peak], atMost: 300 }),
  ]
}

/** Pods of a live etcd by a field, beside the raw read. */
async function fields() {
  const endpoint = await startEtcd(temporaryDirectory())
  const pods = Number(flags.pods)
  const nameOf = (i) => `/registry/pods/shop/pod-${String(i).padStart(6, '0')}`
  await putAll(
    endpoint,
    Array.from({ length: pods }, (_, i) => [nameOf(i), () => podValue(nameOf(i), i)]),
  )
  const server = await startServer(['--endpoints', endpoint])
  const raw = `etcdctl ${PATIENT} --endpoints=${endpoint} get /registry/pods --prefix -w protobuf > /dev/null`
  const q = 'kind:pod field:spec.nodeName=no-such-node'
  await ask(server.api, q)
  const both = await several(async () => ({ raw: (await shell(raw)).ms, search: (await ask(server.api, q)).ms }))
  const [search, read] = [median(both.map((one) => one.search)), median(both.map((one) => one.raw))]
  process.stdout.write(`\n${number(pods)} pods, live, by a field\n`)
  row('field:spec.nodeName=…', ms(search))
  row('etcdctl get -w protobuf > /dev/null', ms(read))
  await clean()
  return [
    goal({
      what: `${number(pods)} pods by a field`,
      unit: 'ms',
      figures: both.map((one) => one.search),
      yardstick: { what: 'etcdctl -w protobuf', figures: both.map((one) => one.raw) },
      atMost: 1.3,
    }),
  ]
}

try {
  for (const part of [fields, keys, values].filter(({ name }) => flags.only === undefined || flags.only === name)) verdicts(await part())
} finally {
  agent.destroy()
  await clean()
}
