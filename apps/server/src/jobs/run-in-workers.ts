// Runs jobs in worker threads: used by the built server.
import { availableParallelism } from 'node:os'
import { type JobSeed, jobContext } from './job-context.ts'
import type { JobInput, JobName, JobOptions, JobOutput, JobRunner } from './jobs.ts'
import { runHere } from './run-here.ts'
import { WorkerPool } from './worker-pool.ts'

/** One core is for the main thread, and more than four threads would only wait for etcd. */
const threads = Math.max(1, Math.min(4, availableParallelism() - 1))
/** So that no large value holds up a table. It starts only when needed: a thread takes time to load and warm up. */
const SPARES = 1

/** @param script the compiled script of a thread; tests that run from sources name the built one */
export function runInWorkers(seed: JobSeed, script = new URL('./worker.js', import.meta.url)): JobRunner {
  const pool = new WorkerPool({ script, workerData: seed, size: threads, spares: SPARES })
  const here = runHere(jobContext(seed))
  return {
    parallel: pool.size,
    run<Name extends JobName>(job: Name, input: JobInput<Name>, options: JobOptions<Name> = {}) {
      // A thread takes 30 MB and a tenth of a second to start. It starts with the first job, which does not wait for it if it is quick.
      if (options.quick && !pool.ready) {
        pool.warm()
        return here.run(job, input, options)
      }
      return pool.run(job, input, options) as Promise<JobOutput<Name>>
    },
    warm: () => pool.warm(),
    close: () => pool.close(),
  }
}
