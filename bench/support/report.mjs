// How a benchmark measures and prints: times, numbers, and rows of them in columns.

export const ms = (value) => `${value.toFixed(1)} ms`
export const number = (value) => value.toLocaleString('en-US')
export const row = (...cells) =>
  process.stdout.write(
    `  ${cells[0].padEnd(46)}${cells
      .slice(1)
      .map((cell) => String(cell).padStart(15))
      .join('')}\n`,
  )

/** Prints each claim with yes or NO; a NO sets the exit code. */
export function verdicts(list) {
  for (const [what, holds] of list) {
    row(what, holds ? 'yes' : 'NO')
    if (!holds) process.exitCode = 1
  }
}

export async function timed(work) {
  const started = performance.now()
  const result = await work()
  return { ms: performance.now() - started, result }
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
