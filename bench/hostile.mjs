// The effect of expensive values on other requests: thirty of them on its own etcd, and an ordinary request beside each page that reads them. `npm
// run bench -- hostile [--values 30]`.
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Etcd3 } from 'etcd3'
import { HOSTILE_VALUES } from '../packages/kube/dist/testing/hostile-values.js'
import { clean, residentMegabytes, startEtcd, startServer, temporaryDirectory } from './support/processes.mjs'
import { goal, ms, percentile, row, verdicts } from './support/report.mjs'

const { values: flags } = parseArgs({ options: { values: { type: 'string', default: '30' } } })
const VALUES = Number(flags.values)
/** Maximum time in ms for which the main thread may be busy with one thing. */
const LONGEST_DELAY = 100
const MOST_MEGABYTES = 500
const NAMESPACED = /^(pods|configmaps|secrets|example\.com|example\.org)/

const keys = []
/** Fills the store, and returns two revisions: of all keys, and of all of them rewritten. */
async function fill(endpoint) {
  const client = new Etcd3({ hosts: endpoint })
  const put = async (key, value) => void (await client.put(key).value(Buffer.from(value)))
  const json = (kind, metadata) => Buffer.from(JSON.stringify({ apiVersion: 'v1', kind, metadata }))
  await put('/registry/namespaces/shop', json('Namespace', { name: 'shop' }))
  await put('/registry/configmaps/shop/ordinary', json('ConfigMap', { name: 'ordinary', namespace: 'shop' }))
  for (let i = 0; i < VALUES; i++) {
    const { path, make } = HOSTILE_VALUES[i % HOSTILE_VALUES.length]
    const name = `hostile-${i}`
    const key = path === 'ranges' ? '/registry/ranges/serviceips' : `/registry/${path}/${NAMESPACED.test(path) ? 'shop/' : ''}${name}`
    await put(key, make(name))
    keys.push({ key, what: HOSTILE_VALUES[i % HOSTILE_VALUES.length].what, rewritten: make(`${name}-rewritten`) })
  }
  const revision = async () => (await client.get('/registry/namespaces/shop').exec()).header.revision
  const before = await revision()
  for (const { key, rewritten } of keys) await put(key, rewritten)
  const after = await revision()
  client.close()
  return { before, after }
}

/** Repeats an ordinary request until `work` is done; returns the ms of each answer. */
async function beside(api, work) {
  let going = true
  const times = []
  const asking = (async () => {
    while (going) {
      const started = performance.now()
      await (await fetch(`${api}/v3/value?key=/registry/configmaps/shop/ordinary`)).text()
      times.push(performance.now() - started)
      await pause(5)
    }
  })()
  const started = performance.now()
  try {
    return { result: await work(), took: performance.now() - started, times }
  } finally {
    going = false
    await asking
    times.sort((a, b) => a - b)
  }
}

try {
  const endpoint = await startEtcd(temporaryDirectory(), ['--max-request-bytes=4194304'])
  const { before, after } = await fill(endpoint)
  const { api, child } = await startServer(['--endpoints', endpoint], { preload: new URL('./support/loop-delay.mjs', import.meta.url) })
  const delay = () =>
    new Promise((resolve) => {
      child.once('message', ({ longest }) => resolve(longest))
      child.send('delay')
    })
  const get = async (path) => {
    const reply = await fetch(`${api}/${path}`)
    const text = await reply.text()
    // A stream reports failure in its last line. A refusal (4xx) is an answer too.
    return reply.status < 500 && !text.includes('{"type":"error"') ? 'answered' : `failed: ${text.slice(-300)}`
  }
  const named = (path) => keys.map(({ key }) => `${path}key=${encodeURIComponent(key)}`)
  const pages = {
    'front page (trouble)': ['trouble?pods=1'],
    findings: ['findings?all=1'],
    sizes: ['sizes'],
    catalogue: ['resources'],
    namespaces: ['namespaces', 'namespaces/shop'],
    'table of pods': ['tables/pods'],
    'table of custom resources': ['tables/example.com/widgets'],
    'table of definitions': ['tables/apiextensions.k8s.io/customresourcedefinitions'],
    'flannel page': ['flannel'],
    'addresses of a range': ['v3/allocation?key=/registry/ranges/serviceips'],
    'key page of each': named('v3/value?'),
    'JSON of each': named('v3/value?view=json&'),
    'related objects of each': named('v3/related?'),
    'history of each': named('v3/history?'),
    'difference of each': named(`v3/diff?from=${before}&to=${after}&`),
    search: ['e', '/a+b/', 'field:spec.replicas>3'].map((query) => `search?q=${encodeURIComponent(query)}`),
    comparison: [`v3/compare?with=default&rev=${before}&every=1&all=1`],
    bundle: ['yaml', 'json', 'ndjson'].map((format) => `v3/bundle?namespace=shop&format=${format}`),
    'deleted keys': ['v3/deleted'],
    timeline: ['v3/timeline', 'v3/timeline/matching?field=data'],
    'look-up': ['lookup?q=10.0.0.1', 'lookup?q=web.shop.svc'],
  }
  await Promise.all(Array.from({ length: 20 }, () => get('v3/value?key=/registry/configmaps/shop/ordinary')))
  await delay()
  const alone = await beside(api, () => pause(2000))
  const median = percentile(alone.times, 0.5)
  row(`${VALUES} values of 1.4 MB`, 'took', 'longest delay', 'ordinary, p99', 'times alone', 'memory so far')
  row(
    'an ordinary request, alone',
    '',
    ms(await delay()),
    ms(percentile(alone.times, 0.99)),
    (percentile(alone.times, 0.99) / median).toFixed(1),
  )
  let longest = 0
  let longestOfPage = 0
  const failed = []
  const slow = []
  const measure = async (what, paths, work) => {
    longestOfPage = 0
    const { result, took, times } = await beside(api, work)
    const delayed = Math.max(longestOfPage, await delay())
    longest = Math.max(longest, delayed)
    result.forEach((one, i) => {
      if (one !== 'answered') failed.push(`${paths[i]}: ${one}`)
    })
    const p99 = percentile(times, 0.99)
    row(what, ms(took), ms(delayed), ms(p99), (p99 / median).toFixed(1), `${residentMegabytes(child.pid, 'VmHWM').toFixed(0)} MB`)
  }
  const inTurn = async (paths) => {
    const results = []
    for (const path of paths) {
      results.push(await get(path))
      const delayed = await delay()
      longestOfPage = Math.max(longestOfPage, delayed)
      if (delayed >= LONGEST_DELAY)
        slow.push(`${path}: ${ms(delayed)} (${keys.find(({ key }) => path.endsWith(encodeURIComponent(key)))?.what ?? 'all of them'})`)
    }
    return results
  }
  for (const [what, paths] of Object.entries(pages)) await measure(what, paths, () => inTurn(paths))
  const oneByOne = residentMegabytes(child.pid, 'VmHWM')
  const all = Object.values(pages)
  await measure('a reader of each page, at once', all.flat(), async () => (await Promise.all(all.map(inTurn))).flat())
  for (const one of [...slow, ...failed]) process.stdout.write(`  ${one}\n`)
  const memory = residentMegabytes(child.pid, 'VmHWM')
  row('memory at its highest', `${memory.toFixed(0)} MB`)
  verdicts([
    ['every page answers', failed.length === 0],
    goal({ what: 'the longest wait for the thread', unit: 'ms', figures: [longest], atMost: LONGEST_DELAY }),
    goal({ what: 'memory, one page after the other', unit: 'MB', figures: [oneByOne], atMost: MOST_MEGABYTES }),
    goal({ what: 'memory, a reader of each page at once', unit: 'MB', figures: [memory], atMost: MOST_MEGABYTES }),
  ])
} finally {
  await clean()
}
