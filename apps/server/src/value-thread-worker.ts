// The thread behind ValueThread: reads one value after another.
import { parentPort } from 'node:worker_threads'
import { readValue, type ValueJob } from './read-value.ts'
import type { ThreadAnswer } from './value-thread.ts'

parentPort?.on('message', (job: ValueJob) => {
  let answer: ThreadAnswer
  try {
    answer = { decoded: readValue(job) }
  } catch (error) {
    // A decoder is total; what it throws nevertheless may quote the value, and its name does not.
    answer = { error: error instanceof Error ? error.name : 'unknown' }
  }
  parentPort?.postMessage(answer)
})
