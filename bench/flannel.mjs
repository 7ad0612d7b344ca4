// The cost of flannel's page for a /8 with 20,000 leases on its own etcd: `npm run bench -- flannel [--leases 20000] [--keyspace v2|v3] [--nodes]`.
import { parseArgs } from 'node:util'
import { Etcd3 } from 'etcd3'
import { launchChromium } from './support/chromium.mjs'
import { atTheEnd, clean, startEtcd, startServer, temporaryDirectory } from './support/processes.mjs'
import { ms, number, percentile, row } from './support/report.mjs'

const { values: flags } = parseArgs({
  options: {
    leases: { type: 'string', default: '20000' },
    keyspace: { type: 'string', default: 'v2' },
    nodes: { type: 'boolean', default: false },
    runs: { type: 'string', default: '3' },
  },
})
const LEASES = Number(flags.leases)
const RUNS = Number(flags.runs)
const NET = '/coreos.com/network'
const hex = (value) => value.toString(16).padStart(2, '0')
const addressOf = (i) => `172.${16 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`
/** Every third subnet of the /8. */
const subnetOf = (i) => {
  const at = (i * 3 + 1) % 65_536
  return `10.${at >> 8}.${at & 255}.0-24`
}
const leaseOf = (i) =>
  JSON.stringify({
    PublicIP: addressOf(i),
    BackendType: 'vxlan',
    BackendData: { VNI: 1, VtepMAC: `aa:00:00:${hex(i >> 16)}:${hex((i >> 8) & 255)}:${hex(i & 255)}` },
  })

async function putV2(endpoint, key, value, ttl) {
  const body = new URLSearchParams({ value, ...(ttl ? { ttl: String(ttl) } : {}) })
  const response = await fetch(`${endpoint}/v2/keys${key}`, { method: 'PUT', body })
  if (!response.ok) throw new Error(`PUT ${key}: ${response.status}`)
  await response.text()
}

async function fill(endpoint) {
  const config = JSON.stringify({ Network: '10.0.0.0/8', SubnetLen: 24, Backend: { Type: 'vxlan' } })
  const client = new Etcd3({ hosts: endpoint })
  const putAll = async (pairs) => {
    for (let i = 0; i < pairs.length; i += 100) {
      const success = pairs.slice(i, i + 100).map(([key, value]) => ({ request_put: { key: Buffer.from(key), value: Buffer.from(value) } }))
      await client.kv.txn({ compare: [], success, failure: [] })
    }
  }
  const all = Array.from({ length: LEASES }, (_, i) => i)
  if (flags.keyspace === 'v3') await putAll([[`${NET}/config`, config], ...all.map((i) => [`${NET}/subnets/${subnetOf(i)}`, leaseOf(i)])])
  else {
    await putV2(endpoint, `${NET}/config`, config)
    let next = 0
    const writer = async () => {
      while (next < LEASES) {
        const i = next++
        await putV2(endpoint, `${NET}/subnets/${subnetOf(i)}`, leaseOf(i), 40_000 + i)
      }
    }
    await Promise.all(Array.from({ length: 32 }, writer))
  }
  if (flags.nodes) {
    const heartbeat = new Date().toISOString()
    const nodeOf = (i) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: `node-${i}` },
      status: { addresses: [{ address: addressOf(i) }], conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: heartbeat }] },
    })
    await putAll(all.map((i) => [`/registry/minions/node-${i}`, JSON.stringify(nodeOf(i))]))
  }
  client.close()
}

async function answer(url) {
  const started = performance.now()
  const response = await fetch(url, { headers: { 'accept-encoding': 'identity' } })
  const text = await response.text()
  if (!response.ok) throw new Error(text.slice(0, 300))
  return { ms: performance.now() - started, text }
}

/** Frame times in the page while `move` runs, by requestAnimationFrame. */
async function frames(page, move) {
  await page.evaluate(() => {
    window.frameTimes = []
    window.sampling = true
    let last = performance.now()
    const sample = (now) => {
      window.frameTimes.push(now - last)
      last = now
      if (window.sampling) requestAnimationFrame(sample)
    }
    requestAnimationFrame(sample)
  })
  await move()
  return await page.evaluate(() => {
    window.sampling = false
    return window.frameTimes.slice(2)
  })
}

/** Prints the cost of opening, pointing, panning and zooming; returns the page, and how to measure and print more. */
async function browse({ address, cluster }) {
  const browser = await launchChromium()
  atTheEnd(() => browser.close())
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  // The time from the answer to the first frame with a painted tile of the picture.
  await page.addInitScript(() => {
    const seen = new MutationObserver(() => {
      const canvas = document.querySelector('[data-picture] canvas')
      if (!canvas || canvas.width < 100) return
      seen.disconnect()
      requestAnimationFrame(() => requestAnimationFrame((now) => Object.assign(window, { firstPicture: now })))
    })
    document.addEventListener('DOMContentLoaded', () => seen.observe(document.body, { childList: true, subtree: true, attributes: true }))
  })
  const opened = []
  for (let run = 0; run <= RUNS; run++) {
    await page.goto(`${address}/${cluster}/flannel`)
    await page.waitForFunction(() => 'firstPicture' in window, null, { timeout: 120_000 })
    const times = await page.evaluate(() => {
      const entry = performance.getEntriesByType('resource').find(({ name }) => /\/api\/.*\/flannel$/.test(name))
      return {
        picture: window.firstPicture,
        answered: entry.responseEnd,
        waited: entry.responseStart - entry.requestStart,
        bytes: entry.encodedBodySize,
      }
    })
    // The first load fills the caches of code.
    if (run > 0) opened.push(times)
  }
  const best = (pick) => Math.min(...opened.map(pick))
  row('browser: page opened → first picture', ms(best(({ picture }) => picture)))
  row('  of which waiting for the server', ms(best(({ waited }) => waited)))
  row('  of which the browser, answer there → picture painted', ms(best(({ picture, answered }) => picture - answered)))
  row('  bytes on the wire, compressed', number(opened.at(-1).bytes))

  const box = await page.locator('[data-picture]').boundingBox()
  const [x, y] = [box.x + box.width / 2, box.y + Math.min(300, box.height / 2)]
  const devtools = await page.context().newCDPSession(page)
  // Thread CPU time, not wall time: other programs on the machine do not count.
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  const busy = async () => 1000 * (await devtools.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value
  const report = async (name, move) => {
    const before = await busy()
    const times = await frames(page, move)
    const cpu = ((await busy()) - before) / times.length
    const sorted = [...times].sort((a, b) => a - b)
    row(name, ms(percentile(sorted, 0.5)), ms(percentile(sorted, 0.95)), ms(sorted.at(-1)), ms(cpu))
  }
  row('frames', 'p50', 'p95', 'longest', 'CPU a frame')
  // An idle page shows what this machine can do.
  await report('  idle', () => page.waitForTimeout(2000))
  await page.mouse.move(x, y)
  await report('  pointing along the whole /8', async () => {
    for (let i = 0; i < 60; i++) {
      await page.mouse.move(x - 200 + i * 6, y + i)
      await page.waitForTimeout(16)
    }
  })
  const wheel = async () => {
    for (let i = 0; i < 90; i++) {
      await page.mouse.wheel(0, 60)
      await page.waitForTimeout(16)
    }
  }
  for (const length of [10, 12, 14]) {
    await page.getByRole('button', { name: 'Zoom in' }).click()
    await page.waitForURL(new RegExp(`${length}$`))
    await page.mouse.move(x, y)
    await report(`  panning, a screenful is a /${length}`, wheel)
    await page.waitForTimeout(600)
  }
  await report('  zooming in and out, six steps', async () => {
    for (const name of ['Zoom in', 'Zoom in', 'Zoom out', 'Zoom out', 'Zoom out', 'Zoom out']) {
      await page.getByRole('button', { name }).click()
      await page.waitForTimeout(200)
    }
  })
  await page.getByRole('region', { name: 'Table of the subnet leases' }).scrollIntoViewIfNeeded()
  const table = await page.getByRole('region', { name: 'Table of the subnet leases' }).boundingBox()
  await page.mouse.move(table.x + 200, table.y + 200)
  await report('  scrolling the table of leases', wheel)
  return { page, report }
}

try {
  const endpoint = await startEtcd(temporaryDirectory(), ['--enable-v2'])
  await fill(endpoint)
  const server = await startServer(['--endpoints', endpoint])
  const url = `${server.api}/flannel`
  process.stdout.write(`\n${number(LEASES)} leases of a /8 in ${flags.keyspace}${flags.nodes ? ', and as many Nodes' : ''}\n`)
  row('', 'first', 'best of rest')
  if (flags.keyspace === 'v2') {
    const reads = []
    for (let i = 0; i <= RUNS; i++) reads.push((await answer(`${endpoint}/v2/keys${NET}/subnets`)).ms)
    row('etcd alone: GET of the directory', ms(reads[0]), ms(Math.min(...reads.slice(1))))
  }
  const answers = []
  for (let i = 0; i <= RUNS; i++) answers.push(await answer(url))
  row('server: the whole answer, read from etcd', ms(answers[0].ms), ms(Math.min(...answers.slice(1).map((one) => one.ms))))
  row('  bytes, not compressed', number(answers[0].text.length))
  const { page, report } = await browse(server)
  const followed = []
  for (let i = 0; i <= RUNS; i++) followed.push((await answer(url)).ms)
  row('server: the whole answer while a page follows it', ms(followed[0]), ms(Math.min(...followed.slice(1))))
  if (flags.keyspace === 'v2') {
    await page.locator('[data-picture]').scrollIntoViewIfNeeded()
    await report('200 renewals, the page follows', async () => {
      for (let i = 0; i < 200; i++) await putV2(endpoint, `${NET}/subnets/${subnetOf(i)}`, leaseOf(i), 80_000)
      await page.waitForTimeout(1500)
    })
  }
} finally {
  await clean()
}
