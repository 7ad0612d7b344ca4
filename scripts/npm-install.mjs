// `npm install` whose progress a person can read: one line that changes on a terminal, a line now and then elsewhere. Only Node's own modules.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A line on a terminal changes this often; elsewhere a new one is written this often. Milliseconds. */
const TERMINAL_MS = 250
const ELSEWHERE_MS = 10_000
const FAILED_SHOWN = 3

/**
 * What npm says of each request, for the numbers; every other line of its own (warnings, errors) is for the person. Requests that failed
 * tell why npm did; where it did not, they were made again, or for packages that it can do without.
 * With `--loglevel=http`: `npm http fetch GET 200 https://…/-/vite-8.3.0.tgz 35ms (cache miss)`.
 */
export class InstallProgress {
  #asked = 0
  #fetched = new Set()
  #total
  /** Lines of npm's. */
  failed = []

  /** @param {number} total packages that are to be fetched; 0 where nobody knows */
  constructor(total) {
    this.#total = total
  }

  /** @param {string} line @returns {boolean} whether a person should see the line itself */
  take(line) {
    if (/^npm http .* attempt \d+ failed/.test(line)) return this.#keep(line)
    const request = /^npm http (?:fetch GET (?<status>\d+)|cache) (?<url>\S+)/.exec(line)
    if (request === null) return true
    if (request.groups.status !== undefined && Number(request.groups.status) >= 400) return this.#keep(line)
    this.#asked += 1
    if (/\.tgz(?:$|[?#])/.test(request.groups.url)) this.#fetched.add(request.groups.url)
    return false
  }

  #keep(line) {
    this.failed.push(line)
    return false
  }

  /** @param {number} seconds since it began @returns {string} `120 of 336 packages fetched, 12 s` */
  words(seconds) {
    const fetched = this.#fetched.size
    const time = `${Math.floor(seconds)} s`
    if (fetched === 0) return this.#asked === 0 ? `looking, ${time}` : `${this.#asked} looked up, ${time}`
    if (this.#total === 0) return `${fetched} packages fetched, ${time}`
    if (fetched >= this.#total) return `${fetched} packages fetched, unpacking, ${time}`
    return `${fetched} of ${this.#total} packages fetched, ${time}`
  }
}

/**
 * Runs npm and shows how far it is.
 * @param {{ cwd: string, args: readonly string[], total: number, out?: NodeJS.WriteStream }} options
 * @returns {Promise<{ status: number | null, signal: NodeJS.Signals | null, error?: Error }>} how npm ended
 */
export function npmInstall({ cwd, args, total, out = process.stdout }) {
  const terminal = out.isTTY === true
  const progress = new InstallProgress(total)
  const began = Date.now()
  const npm = spawn('npm', ['install', ...args, '--loglevel=http'], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  })
  const clear = () => terminal && out.write('\r\x1b[K')
  const tell = () => {
    const words = progress.words((Date.now() - began) / 1000)
    // A line that wraps could not be written over.
    if (terminal) out.write(`\r\x1b[K  ${words}`.slice(0, 4 + (out.columns ?? 80)))
    else out.write(`  ${words}\n`)
  }
  const timer = setInterval(tell, terminal ? TERMINAL_MS : ELSEWHERE_MS)
  const readers = [
    [npm.stdout, out],
    [npm.stderr, process.stderr],
  ].map(([from, to]) => {
    const lines = createInterface({ input: from })
    lines.on('line', (line) => {
      if (!progress.take(line)) return
      clear()
      to.write(`${line}\n`)
    })
    return new Promise((resolve) => lines.once('close', resolve))
  })
  // A terminal sends Ctrl-C to both; whoever ends this process alone means npm too.
  const pass = (signal) => npm.kill(signal)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, pass)
  return new Promise((resolve) => {
    const end = async (how) => {
      await Promise.all(readers)
      clearInterval(timer)
      clear()
      for (const signal of signals) process.off(signal, pass)
      // Where nothing can be reached these are hundreds of lines that say the same as npm's error.
      const { failed } = progress
      if (how.status !== 0 && failed.length > 0)
        process.stderr.write(`${[`${failed.length} requests failed, the last of them:`, ...failed.slice(-FAILED_SHOWN)].join('\n')}\n`)
      resolve(how)
    }
    npm.once('error', (error) => {
      clearInterval(timer)
      clear()
      resolve({ status: null, signal: null, error })
    })
    npm.once('close', (status, signal) => void end({ status, signal }))
  })
}
