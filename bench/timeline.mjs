// The timeline of many changes, as a file and as a live etcd: the first picture in Chromium and how it moves, which part of that is the server's, and
// how long others wait: `npm run bench -- timeline [--writes 200000] [--objects 6000] [--bytes 800] [--rounds 5] [--of live]`.
import path from 'node:path'
import { parseArgs } from 'node:util'
import { Etcd3 } from 'etcd3'
import { launchChromium } from './support/chromium.mjs'
import { othersMeanwhile } from './support/others.mjs'
import { clean, etcdctl, processorMs, residentMegabytes, startEtcd, startServer, stop, temporaryDirectory } from './support/processes.mjs'
import { goal, median, ms, number, percentile, row, timed, verdicts } from './support/report.mjs'
import { complete, movesOf, openTimeline } from './support/timeline-page.mjs'
import { timelineWrites } from './support/timeline-writes.mjs'

const { values: flags } = parseArgs({
  options: {
    writes: { type: 'string', default: '200000' },
    objects: { type: 'string', default: '6000' },
    bytes: { type: 'string', default: '800' },
    rounds: { type: 'string', default: '5' },
    moves: { type: 'boolean', default: true },
    /** Only a `file`, or only a `live` etcd. */
    of: { type: 'string' },
  },
  allowNegative: true,
})
const WRITES = Number(flags.writes)
const ROUNDS = Number(flags.rounds)
const AT_ONCE = 64
/** As the page asks for first: apps/web/src/features/timeline/TimelineView.tsx. */
const FIRST_REACH = 'writes=2000'
const EVERYTHING = 'writes=1000000&budget=4096'

/** Each write is a revision of its own. */
async function write(endpoint) {
  const client = new Etcd3({ hosts: endpoint })
  const writes = timelineWrites({ writes: WRITES, objects: Number(flags.objects), bytes: Number(flags.bytes) })
  const one = async () => {
    for (const [key, value] of writes) await client.kv.put({ key: Buffer.from(key), value })
  }
  // A generator hands each write to one of them.
  await Promise.all(Array.from({ length: AT_ONCE }, one))
  client.close()
}

/** Reads the lines of a timeline; when the first times, the first states that place lanes, and the end came, in ms, and the processor's time until each. */
async function read({ api, child }, reach) {
  const began = performance.now()
  const before = processorMs(child.pid)
  const response = await fetch(`${api}/v3/timeline?${reach}`, { cache: 'no-store' })
  const at = {}
  const processor = {}
  let last = ''
  let rest = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()
    for (const line of lines) {
      const type = /^\{"type":"(\w+)"/.exec(line)?.[1]
      const name = type === 'details' && !line.includes('"upTo":null') ? 'placed' : type
      if (at[name] === undefined) {
        at[name] = performance.now() - began
        processor[name] = processorMs(child.pid) - before
      }
      last = line
    }
  }
  const end = JSON.parse(last)
  if (end.type !== 'end') throw new Error(`the timeline did not end: ${last.slice(0, 500)}`)
  return { at, processor, end }
}

/** A fresh server for each measurement: it knows nothing of the past. */
async function withServer(args, work) {
  const server = await startServer(args)
  try {
    return await work(server)
  } finally {
    await stop(server.child)
  }
}

async function benchmark(form, args, within, browser) {
  const alone = []
  const pages = []
  const waits = { quiet: [], reading: [] }
  let memory = 0
  let opened = 0
  const moves = new Map()
  for (let round = 0; round < ROUNDS; round++) {
    // Alternating, so that a slow moment of the machine affects both.
    alone.push(await withServer(args, (server) => read(server, FIRST_REACH)))
    await withServer(args, async (server) => {
      const { waits: quiet } = await othersMeanwhile(server.api, () => new Promise((resolve) => setTimeout(resolve, 1000)))
      const { waits: reading, result } = await othersMeanwhile(server.api, () => read(server, EVERYTHING))
      waits.quiet.push(...quiet)
      waits.reading.push(...reading)
      opened = result.end.opened
      memory = Math.max(memory, residentMegabytes(server.child.pid, 'VmHWM'))
    })
    await withServer(args, async (server) => {
      const began = processorMs(server.child.pid)
      const { page, bars, lanes, close } = await openTimeline(browser, server)
      pages.push({ bars, lanes, server: processorMs(server.child.pid) - began })
      if (flags.moves) {
        await complete(page)
        const readOn = page.getByRole('button', { name: /^Read / })
        if (form === 'live' && (await readOn.count()) > 0) {
          await readOn.click()
          await page.locator('[data-page="timeline"][data-complete="false"]').waitFor()
          await complete(page)
        }
        for (const [name, move] of Object.entries(await movesOf(page))) moves.set(name, [...(moves.get(name) ?? []), move])
      }
      await close()
    })
  }

  const of = (list, pick) => list.map(pick)
  row(form, 'bars', 'lanes', 'processor', 'of the server')
  for (const { bars, lanes, server } of pages) row('  the page, from its navigation', ms(bars), ms(lanes), '', ms(server))
  for (const { at, processor } of alone) row('  the server alone', ms(at.times), ms(at.placed), ms(processor.times), ms(processor.placed))
  row('  the server alone until the end', ...alone.map(({ at }) => ms(at.end)))
  row('    processor', ...alone.map(({ processor }) => ms(processor.end)))
  for (const list of Object.values(waits)) list.sort((a, b) => a - b)
  row('', 'asked', 'p50', 'p99', 'max')
  for (const [name, list] of Object.entries(waits))
    row(
      name === 'quiet' ? '  another request while nobody reads' : `  while ${number(opened)} values are opened`,
      ...[number(list.length), ms(percentile(list, 0.5)), ms(percentile(list, 0.99)), ms(list.at(-1))],
    )
  row('  server memory at most', `${memory.toFixed(0)} MB`)
  if (moves.size > 0) row('', 'frames/s', 'CPU a frame', 'p95', 'max')
  for (const [name, list] of moves) {
    const middle = (key) => median(list.map((move) => move[key]))
    row(`  ${name}`, middle('rate').toFixed(1), ms(middle('cpu')), ms(middle('p95')), ms(middle('max')))
  }
  return [
    goal({
      what: `${form}: first picture, bars and lanes`,
      unit: 'ms',
      figures: of(pages, ({ lanes, bars }) => Math.max(lanes, bars)),
      atMost: within,
    }),
    goal({ what: `${form}: bars and lanes, of the server alone`, unit: 'ms', figures: of(alone, ({ at }) => at.placed), atMost: within }),
    ...[...moves].flatMap(([name, list]) => [
      goal({ what: `${form}: ${name}`, unit: 'frames/s', figures: of(list, ({ rate }) => rate), atLeast: 58 }),
      goal({ what: `${form}: ${name}: main thread a frame`, unit: 'ms', figures: of(list, ({ cpu }) => cpu), atMost: 1000 / 60 }),
    ]),
    // On a busy machine the wait is caused by others, not by the timeline.
    [`${form}: other requests wait 50 ms more at most (p99)`, percentile(waits.reading, 0.99) <= percentile(waits.quiet, 0.99) + 50],
  ]
}

const directory = temporaryDirectory()
try {
  const endpoint = await startEtcd(directory)
  const filled = await timed(() => write(endpoint))
  const file = path.join(directory, 'timeline.db')
  etcdctl(endpoint, ['snapshot', 'save', file])
  process.stdout.write(
    `\n${number(WRITES)} writes of ${number(Number(flags.objects))} objects, made in ${(filled.ms / 1000).toFixed(1)} s, ${ROUNDS} rounds\n`,
  )
  const browser = await launchChromium()
  try {
    const claims = []
    for (const [form, args, within] of [
      ['file', ['--snapshot', file], 1000],
      ['live', ['--endpoints', endpoint], 2000],
    ])
      if ((flags.of ?? form) === form) claims.push(...(await benchmark(form, args, within, browser)))
    verdicts(claims)
  } finally {
    await browser.close()
  }
} finally {
  await clean()
}
