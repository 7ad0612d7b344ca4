// How a benchmark measures and reports: times, medians beside a yardstick, rows in columns, and verdicts that `npm run bench` puts into one table.
import { appendFileSync } from 'node:fs'
import path from 'node:path'

export const ms = (value) => `${value.toFixed(1)} ms`
export const number = (value) => value.toLocaleString('en-US')
export const row = (...cells) =>
  process.stdout.write(
    `  ${cells[0].padEnd(46)}${cells
      .slice(1)
      .map((cell) => String(cell).padStart(15))
      .join('')}\n`,
  )

/** The middle one; of an even number, the upper of the two in the middle. */
export const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]

/**
 * A goal in figures of one unit (ms, MB, …), all of this run: the median of `figures`, as a ratio to the median of the yardstick's if there is one,
 * is at most `atMost` or at least `atLeast`.
 */
export function goal({ what, unit, figures, yardstick, atMost, atLeast }) {
  const figure = median(figures)
  const ratio = yardstick === undefined ? null : figure / median(yardstick.figures)
  const measured = ratio ?? figure
  return {
    what,
    unit,
    figures,
    figure,
    yardstick: yardstick === undefined ? null : { ...yardstick, figure: median(yardstick.figures) },
    ratio,
    limit: atMost === undefined ? { atLeast } : { atMost },
    holds: atMost === undefined ? measured >= atLeast : measured <= atMost,
  }
}

/** A number as short as it may be: three digits that count. */
export const short = (value) => (Math.abs(value) >= 100 ? number(Math.round(value)) : String(Number(value.toPrecision(3))))

export const limitText = ({ limit, ratio, unit }) => {
  const times = ratio === null ? (unit === '' ? '' : ` ${unit}`) : '×'
  return limit.atMost === undefined ? `≥ ${short(limit.atLeast)}${times}` : `≤ ${short(limit.atMost)}${times}`
}

/**
 * Prints each claim with yes or NO; a NO sets the exit code. A claim is `[what, holds]` or a {@link goal}. If the run asks for it
 * (`REGISTREE_BENCH_RESULTS`), each is also added to that file, as a line of JSON.
 */
export function verdicts(list) {
  const bench = path.basename(process.argv[1], '.mjs')
  for (const one of list) {
    const claim = Array.isArray(one) ? { what: one[0], holds: one[1] } : one
    if (claim.figure === undefined) row(claim.what, claim.holds ? 'yes' : 'NO')
    else {
      const measured = claim.ratio === null ? `${short(claim.figure)} ${claim.unit}` : `${short(claim.ratio)}×`
      row(claim.what, measured, limitText(claim), claim.holds ? 'yes' : 'NO')
    }
    if (!claim.holds) process.exitCode = 1
    const results = process.env.REGISTREE_BENCH_RESULTS
    if (results !== undefined) appendFileSync(results, `${JSON.stringify({ bench, ...claim })}\n`)
  }
}

export async function timed(work) {
  const started = performance.now()
  const result = await work()
  return { ms: performance.now() - started, result }
}

/** Runs all works in turn, `times` times, so that a slow moment of the machine affects each of them; returns the results of each. */
export async function inTurns(times, works) {
  const results = Object.fromEntries(Object.keys(works).map((name) => [name, []]))
  for (let i = 0; i < times; i++) for (const [name, work] of Object.entries(works)) results[name].push(await work(i))
  return results
}

/** The fastest of three: this reduces the machine's noise. */
export async function best(work) {
  const runs = []
  for (let i = 0; i < 3; i++) runs.push(await timed(work))
  return runs.reduce((a, b) => (b.ms < a.ms ? b : a))
}

export function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}
