// Jobs in the thread that asks for them: quick ones until a worker thread is ready, and those of tests, which run from sources that a thread could not load.
import { setImmediate } from 'node:timers/promises'
import { cancelled } from '../sources/read-queue.ts'
import type { JobContext } from './job-context.ts'
import { failedReply, jobFailure } from './job-messages.ts'
import { JOBS, type JobInput, type JobName, type JobOutput, type JobRunner } from './jobs.ts'

export function runHere(context: JobContext): JobRunner {
  return {
    parallel: 1,
    async run<Name extends JobName>(job: Name, input: JobInput<Name>, options: { signal?: AbortSignal | undefined } = {}) {
      // Others have the thread between two jobs.
      await setImmediate()
      if (options.signal?.aborted) throw cancelled()
      const work = JOBS[job] as (input: JobInput<Name>, context: JobContext) => { output: JobOutput<Name> }
      try {
        return work(input, context).output
      } catch (error) {
        // As out of a thread: what a decoder throws may quote the value.
        throw jobFailure(failedReply(error))
      }
    },
    async close() {},
  }
}
