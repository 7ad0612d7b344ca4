// Runs jobs in the calling thread: quick ones until a worker is ready, and those of tests, whose sources a thread could not load.
import { setImmediate } from 'node:timers/promises'
import { cancelled } from '../sources/read-queue.ts'
import type { JobContext } from './job-context.ts'
import { failedReply, jobFailure } from './job-messages.ts'
import { JOBS, type JobInput, type JobName, type JobOutput, type JobRunner } from './jobs.ts'

export function runHere(context: JobContext): JobRunner {
  return {
    parallel: 1,
    async run<Name extends JobName>(job: Name, input: JobInput<Name>, options: { signal?: AbortSignal | undefined } = {}) {
      // Yields to other work between two jobs.
      await setImmediate()
      if (options.signal?.aborted) throw cancelled()
      const work = JOBS[job] as (input: JobInput<Name>, context: JobContext) => { output: JobOutput<Name> }
      try {
        return work(input, context).output
      } catch (error) {
        // As from a thread: a decoder's error may quote the value.
        throw jobFailure(failedReply(error))
      }
    },
    warm() {},
    async close() {},
  }
}
