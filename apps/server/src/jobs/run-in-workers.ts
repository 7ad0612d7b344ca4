// Jobs in worker threads: what the built server uses.
import { availableParallelism } from 'node:os'
import { type JobSeed, jobContext } from './job-context.ts'
import type { JobInput, JobName, JobOptions, JobOutput, JobRunner } from './jobs.ts'
import { runHere } from './run-here.ts'
import { WorkerPool } from './worker-pool.ts'

/** One core is for the thread that answers, and more than four threads only wait for etcd. */
const threads = Math.max(1, Math.min(4, availableParallelism() - 1))
/** So that no large value holds up a table: but a thread more costs what it takes to load and to get warm, so that it comes when it is needed. */
const SPARES = 1

/** @param script the compiled script of a thread; tests, which run from sources, name the built one */
export function runInWorkers(seed: JobSeed, script = new URL('./worker.js', import.meta.url)): JobRunner {
  const pool = new WorkerPool({ script, workerData: seed, size: threads, spares: SPARES })
  const here = runHere(jobContext(seed))
  return {
    parallel: pool.size,
    run<Name extends JobName>(job: Name, input: JobInput<Name>, options: JobOptions<Name> = {}) {
      // A thread takes 30 MB and a tenth of a second to start. It is started with the first job, which need not wait for it if it is a quick one.
      if (options.quick && !pool.ready) {
        pool.warm()
        return here.run(job, input, options)
      }
      return pool.run(job, input, options) as Promise<JobOutput<Name>>
    },
    close: () => pool.close(),
  }
}
