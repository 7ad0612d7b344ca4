// The results of a run: one table of all verdicts with the machine, a JSON file, and the comparison of two such files.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { limitText, median, short } from './report.mjs'

/** Prints rows in columns as wide as they need; the first is text, the others are figures. */
function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((cells) => cells[column].length)))
  for (const cells of rows)
    process.stdout.write(
      `  ${cells
        .map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
        .join('  ')
        .trimEnd()}\n`,
    )
}

/** First line of a command's output; null if it does not run. */
function told(command, args) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n')[0]
      .trim()
  } catch {
    return null
  }
}

/** What the figures depend on besides the code. `load` is that of the last minute, before and after. */
export function machine(loadBefore) {
  const cpus = os.cpus()
  return {
    processors: `${cpus.length} × ${cpus[0]?.model ?? 'unknown'}`,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    etcd: told('etcd', ['--version']),
    load: [loadBefore, os.loadavg()[0]].map((one) => Number(one.toFixed(1))),
  }
}

/** The claims of a run, from the lines its benchmarks wrote. */
export const readClaims = (file) =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : []

/**
 * How far the figures lie apart: the range that holds the middle half of them, as a share of their median; null for fewer than three. Of a ratio, the
 * sum of both.
 */
function noise({ figures, yardstick }) {
  const spread = (list) => {
    if (list.length < 3) return null
    const sorted = [...list].sort((a, b) => a - b)
    return (sorted[Math.floor((3 * (list.length - 1)) / 4)] - sorted[Math.floor((list.length - 1) / 4)]) / median(list)
  }
  const own = spread(figures)
  if (own === null || yardstick === null) return own
  const other = spread(yardstick.figures)
  return other === null ? null : own + other
}

const share = (value) => (value === null ? '' : `±${Math.round((100 * value) / 2)} %`)
const figureText = (figure, unit) => `${short(figure)}${unit === '' ? '' : ` ${unit}`}`

/** Prints all verdicts and the machine. */
export function printResults({ claims, machine: on, commit }) {
  process.stdout.write('\n== all\n')
  const rows = claims.map((claim) => {
    if (claim.figure === undefined) return [claim.bench, claim.what, '', '', '', '', '', claim.holds ? 'yes' : 'NO']
    const { bench, what, figure, unit, yardstick, ratio, holds } = claim
    return [
      bench,
      what,
      figureText(figure, unit),
      yardstick === null ? '' : `${figureText(yardstick.figure, unit)} (${yardstick.what})`,
      ratio === null ? '' : `${short(ratio)}×`,
      limitText(claim),
      share(noise(claim)),
      holds ? 'yes' : 'NO',
    ]
  })
  table([['', 'goal', 'figure', 'yardstick', 'ratio', 'limit', 'noise', 'reached'], ...rows])
  const missed = claims.filter(({ holds }) => !holds).length
  process.stdout.write(`\n  ${claims.length - missed} of ${claims.length} reached\n`)
  process.stdout.write(`  ${on.processors}, ${on.memoryGiB} GiB, ${on.system}, Node.js ${on.node}, ${on.etcd ?? 'no etcd'}\n`)
  process.stdout.write(`  load before and after: ${on.load.join(', ')}; commit ${commit ?? 'unknown'}\n`)
}

/** Writes the results below `folder`; returns the file's path. */
export function saveResults(folder, results) {
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, `${results.at.replaceAll(':', '').slice(0, 17)}-${results.commit ?? 'unknown'}.json`)
  writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`)
  return file
}

/** The commit of the checkout, with a plus if files were changed. */
export function commitOf(root) {
  const commit = told('git', ['-C', root, 'rev-parse', '--short', 'HEAD'])
  return commit === null ? null : commit + (told('git', ['-C', root, 'status', '--porcelain', '--untracked-files=no']) ? '+' : '')
}

/** Prints each figure of two files side by side: the change, and whether it is more than the noise of both. */
export function compareResults(before, after) {
  const [a, b] = [before, after].map((file) => JSON.parse(readFileSync(file, 'utf8')))
  const key = ({ bench, what }) => `${bench}\n${what}`
  const old = new Map(a.claims.map((claim) => [key(claim), claim]))
  const rows = []
  for (const now of b.claims) {
    const then = old.get(key(now))
    old.delete(key(now))
    rows.push([now.bench, now.what, ...(then === undefined ? ['', valueText(now), '', 'new'] : change(then, now))])
  }
  for (const gone of old.values()) rows.push([gone.bench, gone.what, valueText(gone), '', '', 'gone'])
  table([['', 'goal', a.commit ?? 'before', b.commit ?? 'after', 'change', ''], ...rows])
  if (a.machine.processors !== b.machine.processors || a.machine.system !== b.machine.system)
    process.stdout.write('\n  Two machines: only ratios can be compared.\n')
  process.stdout.write(`\n  load: ${a.machine.load.join(', ')} then, ${b.machine.load.join(', ')} now\n`)
}

const valueText = (claim) => {
  if (claim.figure === undefined) return claim.holds ? 'yes' : 'NO'
  return claim.ratio === null ? figureText(claim.figure, claim.unit) : `${short(claim.ratio)}×`
}

/** A ratio is compared if both have one: it depends least on the machine's moment. */
function change(then, now) {
  const cells = [valueText(then), valueText(now)]
  if (then.figure === undefined || now.figure === undefined)
    return [...cells, '', then.holds === now.holds ? '' : now.holds ? 'reached' : 'missed']
  const both = then.ratio !== null && now.ratio !== null
  const relative = both ? now.ratio / then.ratio - 1 : now.figure / then.figure - 1
  const [one, other] = [noise(then), noise(now)]
  const percent = `${relative < 0 ? '−' : '+'}${Math.abs(100 * relative).toFixed(0)} %`
  if (one === null || other === null) return [...cells, percent, 'too few figures to tell']
  if (Math.abs(relative) <= (one + other) / 2) return [...cells, percent, 'within the noise']
  const less = now.limit.atMost !== undefined
  return [...cells, percent, relative < 0 === less ? 'better' : 'worse']
}
