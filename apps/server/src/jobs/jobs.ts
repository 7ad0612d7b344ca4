// What can be done in a worker thread, and how it is asked for. To add a job: a function beside this file, and its line in JOBS.
import { readValue, type ValueJob } from '../values/read-value.ts'
import { compareRevisions } from './compare-revisions.ts'
import { diffStates } from './diff-states.ts'
import type { JobContext } from './job-context.ts'
import { openInJob } from './open-in-job.ts'
import { tableRows } from './table-rows.ts'
import type { RunOptions } from './worker-pool.ts'

/** Input and output are copied between threads (structured clone): plain data and typed arrays, no functions, no class instances. */
type Job<Input, Output> = (input: Input, context: JobContext) => { output: Output; transfer?: ArrayBuffer[] }

export const JOBS = {
  /** A page of a table. */
  tableRows,
  /** The states of one key: what each changed, and who wrote it. */
  compareRevisions,
  /** Two states of one key, field by field. */
  diffStates,
  /** One value among many, as far as its selected fields go. */
  openObject: openInJob,
  /** One large value, written out. */
  readValue: (job: ValueJob) => ({ output: readValue(job) }),
} satisfies Record<string, Job<never, unknown>>

export type JobName = keyof typeof JOBS
export type JobInput<Name extends JobName> = Parameters<(typeof JOBS)[Name]>[0]
export type JobOutput<Name extends JobName> = ReturnType<(typeof JOBS)[Name]>['output']

export interface JobOptions extends RunOptions {
  /** Takes a few milliseconds: may be done by the server's own thread as long as no other one is ready. */
  quick?: boolean
}

/**
 * Runs jobs. `run` rejects with CANCELLED, with the job's own AppError, or with INTERNAL where its thread ended under it. It takes any
 * number of jobs at once, but a caller keeps no more than `parallel + 1` of them going: what waits holds memory.
 */
export interface JobRunner {
  readonly parallel: number
  run<Name extends JobName>(job: Name, input: JobInput<Name>, options?: JobOptions): Promise<JobOutput<Name>>
  close(): Promise<void>
}
