// Loaded before the server of a benchmark: tells for how long at most its thread worked without a look at who else is waiting, since it was last
// asked. In processor time, as Linux counts it, so that what other programs of the machine do does not count; elsewhere in wall time.
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
