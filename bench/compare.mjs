// Last night's backup beside the live etcd, whose keys differ a little: `npm run bench -- compare [--keys 1000000]`. What is read, how long it takes,
// and how much memory, beside etcdctl listing the keys of the live side.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { clusterKeys } from '../packages/keyspace/dist/testing/cluster-keys.js'
import { putAll } from './generate.mjs'
import { clean, etcdctl, residentMegabytes, startEtcd, startServer, temporaryDirectory } from './support/processes.mjs'
import { goal, median, ms, number, row, timed, verdicts } from './support/report.mjs'

const { values: flags } = parseArgs({
  options: { keys: { type: 'string', default: '1000000' }, changed: { type: 'string', default: '500' } },
})

/** A whole comparison: its last line, the number of entries, and how long it took. */
function compare(url) {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    http
      .get(url, (response) => {
        let rest = ''
        let end = null
        let entries = 0
        response.setEncoding('utf8').on('data', (chunk) => {
          const lines = (rest + chunk).split('\n')
          rest = lines.pop()
          for (const line of lines) {
            const parsed = JSON.parse(line)
            if (parsed.type === 'entries') entries += parsed.entries.length
            if (parsed.type === 'progress' || parsed.type === 'error') end = parsed
          }
        })
        response.on('end', () =>
          end?.done
            ? resolve({ ms: performance.now() - started, end, entries })
            : reject(new Error(`the comparison did not end: ${JSON.stringify(end)}`)),
        )
        response.on('error', reject)
      })
      .on('error', reject)
  })
}

try {
  const directory = temporaryDirectory()
  const endpoint = await startEtcd(directory)
  const keys = [...new Set(clusterKeys({ keys: Number(flags.keys), shopPods: Math.min(10_000, Math.floor(Number(flags.keys) / 3)) }))]
  const value = (i, word) => () =>
    Buffer.from(
      JSON.stringify({
        ...{
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: `n${i}`, uid: `${String(i).padStart(8, '0')}-0000-4000-8000-000000000000` },
        },
        data: { word },
      }),
    )
  await putAll(
    endpoint,
    keys.map((key, i) => [key, value(i, 'old')]),
  )
  const backup = path.join(directory, 'backup.db')
  etcdctl(endpoint, ['snapshot', 'save', backup])
  // Spread over all keys.
  const changed = Number(flags.changed)
  const step = Math.floor(keys.length / changed)
  const written = Array.from({ length: changed }, (_, i) => i * step)
  await putAll(
    endpoint,
    written.map((i) => [keys[i], value(i, 'new')]),
  )
  const config = path.join(directory, 'clusters.yaml')
  writeFileSync(config, `clusters:\n  - name: live\n    endpoints: [${endpoint}]\n  - name: backup\n    snapshot: ${backup}\n`)
  const server = await startServer(['--config', config])
  const url = `${server.address}/api/v1/clusters/live/v3/compare?with=backup&noise=1&all=1`
  const list = () =>
    timed(() =>
      spawnSync('sh', ['-c', `etcdctl --command-timeout=600s --endpoints=${endpoint} get '' --prefix --keys-only >/dev/null`], {
        env: { ...process.env, ETCDCTL_API: '3' },
      }),
    )
  const runs = []
  for (let i = 0; i < 5; i++) runs.push({ etcdctl: (await list()).ms, comparison: await compare(url) })
  const listed = runs.map((run) => run.etcdctl)
  const compared = runs.map((run) => run.comparison.ms)
  const [first] = runs
  const { end, entries } = first.comparison
  const peak = residentMegabytes(server.child.pid, 'VmHWM')
  process.stdout.write(`\n${number(keys.length)} keys, ${number(changed)} of them written since the backup\n`)
  row('etcdctl get --prefix --keys-only, median of 5', ms(median(listed)))
  row('comparison, first', ms(first.comparison.ms))
  row('comparison, median of 5', ms(median(compared)))
  row('  ratio', (median(compared) / median(listed)).toFixed(2))
  row('pairs of values read', number(end.values))
  row('keys that the live etcd walked', number(end.cost.left.walked))
  row('memory of the server at its peak', `${peak.toFixed(0)} MB`)
  verdicts([
    ['every written key is listed, and no other', entries === changed],
    ['values read: those that differ, and a few as proof', end.values <= changed + Math.ceil(keys.length / 500)],
    ['keys walked at most 1.5 times', end.cost.left.walked <= 1.5 * keys.length],
    goal({ what: 'memory of the server', unit: 'MB', figures: [peak], atMost: 300 }),
  ])
} finally {
  await clean()
}
