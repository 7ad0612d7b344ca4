// Fills a live etcd with the keys of an invented cluster: `node bench/generate.mjs --endpoint http://127.0.0.1:2379 --keys 30000`. It writes: never
// use it on a real one.
import { randomFillSync } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { Etcd3 } from 'etcd3'
import { clusterKeys } from '../packages/keyspace/dist/testing/cluster-keys.js'
import { podValue } from './support/pods.mjs'

const OPERATIONS_PER_TXN = 128
const TXNS_IN_FLIGHT = 12

/** Puts about `keys` keys; with `podValues` pods are decodable values of 4 KB, all others are `valueSize` random bytes. Returns their number. */
export async function fill({
  endpoint,
  keys,
  podValues = false,
  valueSize = 300,
  shopPods = Math.min(10_000, Math.floor(keys / 3)),
  onProgress,
}) {
  const names = clusterKeys({ keys, shopPods })
  // Random bytes, because real values do not compress either; slices of one buffer are free.
  const noise = randomFillSync(Buffer.alloc(1 << 20))
  const makeValue = (key, i) => {
    if (podValues && key.startsWith('/registry/pods/')) return podValue(key, i)
    const from = (i * 4099) % (noise.length - valueSize)
    return noise.subarray(from, from + valueSize)
  }
  await putAll(
    endpoint,
    names.map((key, i) => [key, () => makeValue(key, i)]),
    onProgress,
  )
  return new Set(names).size
}

/** Puts keys with the values from their function, many per transaction. */
export async function putAll(endpoint, entries, onProgress) {
  const client = new Etcd3({ hosts: endpoint })
  let next = 0
  const writer = async () => {
    while (next < entries.length) {
      const from = next
      next += OPERATIONS_PER_TXN
      const success = entries.slice(from, next).map(([key, value]) => ({ request_put: { key: Buffer.from(key), value: value() } }))
      await client.kv.txn({ compare: [], success, failure: [] })
      if (Math.floor(next / 100_000) !== Math.floor(from / 100_000)) onProgress?.(Math.min(next, entries.length), entries.length)
    }
  }
  await Promise.all(Array.from({ length: TXNS_IN_FLIGHT }, writer))
  client.close()
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: {
      endpoint: { type: 'string', default: 'http://127.0.0.1:2379' },
      keys: { type: 'string', default: '30000' },
      'pod-values': { type: 'boolean', default: false },
      'value-size': { type: 'string', default: '300' },
    },
  })
  const started = performance.now()
  const count = await fill({
    endpoint: values.endpoint,
    keys: Number(values.keys),
    podValues: values['pod-values'],
    valueSize: Number(values['value-size']),
    onProgress: (done, all) => process.stderr.write(`${done} of ${all} keys\n`),
  })
  process.stdout.write(`${count} keys in ${((performance.now() - started) / 1000).toFixed(1)} s\n`)
}
