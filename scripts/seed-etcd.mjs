// Copies the demo cluster into an empty etcd, for docker-compose.yml: `node scripts/seed-etcd.mjs http://etcd:2379`. Not part of the server.
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const endpoint = process.argv[2]
if (endpoint === undefined || !/^https?:\/\//.test(endpoint)) {
  process.stderr.write('usage: node scripts/seed-etcd.mjs http://HOST:PORT\n')
  process.exit(2)
}
const { openFile } = await import(pathToFileURL(path.join(root, 'apps/server/dist/sources/file/open-file.js')).href)
const base64 = (bytes) => Buffer.from(bytes).toString('base64')

/** etcd's JSON gateway of the v3 API. */
async function v3(method, body) {
  const reply = await fetch(`${endpoint}/v3/${method}`, { method: 'POST', body: JSON.stringify(body) })
  if (!reply.ok) throw new Error(`${method}: ${reply.status} ${await reply.text()}`)
  return await reply.json()
}

async function ready() {
  for (let tries = 60; ; tries -= 1) {
    try {
      if ((await fetch(`${endpoint}/health`)).ok) return
    } catch (error) {
      if (tries === 0) throw error
    }
    if (tries === 0) throw new Error('etcd does not become healthy')
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

async function copyV3(source) {
  const present = await v3('kv/range', {
    key: base64(Buffer.from('/registry/')),
    range_end: base64(Buffer.from('/registry0')),
    count_only: true,
  })
  if (Number(present.count ?? 0) > 0) return 0
  const { kvs } = await source.range({ key: new Uint8Array([0]), end: new Uint8Array([0]), revision: 0n, limit: 100_000 })
  // In the order of their last writes, so that mod revisions keep that order.
  kvs.sort((a, b) => Number(a.modRevision - b.modRevision))
  for (const { key, value } of kvs) await v3('kv/put', { key: base64(key), value: base64(value) })
  return kvs.length
}

async function copyV2(source, name) {
  const { node, children } = await source.node(name)
  let copied = 0
  if (!node.directory) {
    const address = `${endpoint}/v2/keys${name.split('/').map(encodeURIComponent).join('/')}`
    // flannel grants a subnet for a day; the demo's leases have expired.
    const ttl = node.expiration === null ? {} : { ttl: '86400' }
    const reply = await fetch(address, {
      method: 'PUT',
      body: new URLSearchParams({ value: node.value ?? '', prevExist: 'false', ...ttl }),
    })
    // 412: it already exists.
    if (!reply.ok && reply.status !== 412) throw new Error(`PUT ${name}: ${reply.status} ${await reply.text()}`)
    copied += reply.ok ? 1 : 0
  }
  for (const child of children ?? []) copied += await copyV2(source, child.path)
  return copied
}

await ready()
const demo = await openFile(path.join(root, 'demo', 'cluster'))
process.stdout.write(`v3: ${await copyV3(demo.v3)} keys, v2: ${await copyV2(demo.v2, '/')} keys\n`)
await demo.close()
