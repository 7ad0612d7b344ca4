// Jobs in worker threads: what the built server uses.
import { availableParallelism } from 'node:os'
import type { JobInput, JobName, JobOutput, JobRunner } from './jobs.ts'
import { type RunOptions, WorkerPool } from './worker-pool.ts'

/** What a thread makes its {@link JobContext} of. */
export interface WorkerSeed {
  /** The text of each cluster's encryption configuration by its name; null where there is none. Parsed keys do not cross threads. */
  encryption: ReadonlyMap<string, string | null>
  reveal: boolean
  salt: Uint8Array
}

/** One core is for the thread that answers, and more than four threads only wait for etcd; two at least, so that no large value holds up a table. */
const threads = Math.max(2, Math.min(4, availableParallelism() - 1))

export function runInWorkers(seed: WorkerSeed): JobRunner {
  const pool = new WorkerPool({ script: new URL('./worker.js', import.meta.url), workerData: seed, size: threads })
  pool.warm()
  return {
    parallel: pool.size,
    run: <Name extends JobName>(job: Name, input: JobInput<Name>, options?: RunOptions) =>
      pool.run(job, input, options) as Promise<JobOutput<Name>>,
    close: () => pool.close(),
  }
}
