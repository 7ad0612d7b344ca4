// Loaded before a benchmark's server: measures the longest time its main thread worked without yielding, since the last query. In CPU time, as
// counted by Linux, so that other programs do not count; elsewhere in wall time.
import { closeSync, openSync, readSync } from 'node:fs'

const SAMPLE_MS = 5
const counter = open(`/proc/self/task/${process.pid}/schedstat`)
const buffer = Buffer.alloc(64)

function open(file) {
  try {
    return openSync(file)
  } catch {
    return null
  }
}

/** Milliseconds. */
function used() {
  if (counter === null) return performance.now()
  return Number(buffer.toString('ascii', 0, readSync(counter, buffer, 0, buffer.length, 0)).split(' ')[0]) / 1e6
}

let before = used()
let longest = 0
setInterval(() => {
  const now = used()
  longest = Math.max(longest, now - before)
  before = now
}, SAMPLE_MS).unref()
process.on('message', () => {
  process.send({ longest })
  longest = 0
})
process.once('exit', () => counter !== null && closeSync(counter))
process.channel?.unref()
