// The jobs that run in worker threads, and their interface. To add one: a function beside this file, and its line in JOBS.
import { readValue, type ValueJob } from '../values/read-value.ts'
import { comparePairs } from './compare-pairs.ts'
import { compareRevisions } from './compare-revisions.ts'
import { diffStates } from './diff-states.ts'
import type { JobContext } from './job-context.ts'
import { openInJob } from './open-in-job.ts'
import { previewPairs } from './preview-pairs.ts'
import { searchPage } from './search-page.ts'
import { tableRows } from './table-rows.ts'
import { tellValues } from './tell-values.ts'
import type { RunOptions } from './worker-pool.ts'

/** Input and output are copied between threads (structured clone): plain data and typed arrays, no functions or class instances. */
type Job<Input, Output> = (input: Input, context: JobContext) => { output: Output; transfer?: ArrayBuffer[] }

export const JOBS = {
  /** A page of a table. */
  tableRows,
  /** A page of a search. */
  searchPage,
  /** The states of one key: changes and writer of each. */
  compareRevisions,
  /** Pairs of values of two clusters: what changed in each. */
  comparePairs,
  /** Pairs of an object to apply and what a cluster has: what applying it would change. */
  previewPairs,
  /** Two states of one key, field by field. */
  diffStates,
  /** Some values of a timeline: owner, state and times of each. */
  tellValues,
  /** One value among many, decoded as far as its selected fields. */
  openObject: openInJob,
  /** One large value as text. */
  readValue: (job: ValueJob) => ({ output: readValue(job) }),
} satisfies Record<string, Job<never, unknown>>

export type JobName = keyof typeof JOBS
export type JobInput<Name extends JobName> = Parameters<(typeof JOBS)[Name]>[0]
export type JobOutput<Name extends JobName> = ReturnType<(typeof JOBS)[Name]>['output']

export interface JobOptions<Name extends JobName = JobName> extends RunOptions {
  handOver?: () => { input: JobInput<Name>; transfer: ArrayBuffer[] }
  /** Takes a few milliseconds: may run in the server's thread until a worker is ready. */
  quick?: boolean
}

/**
 * Runs jobs. `run` rejects with CANCELLED, with the job's own AppError, with BUSY if waiting jobs hold too much memory, or with INTERNAL if its
 * thread ended. It accepts any number of jobs, but a caller keeps at most `parallel + 1` of them running.
 */
export interface JobRunner {
  readonly parallel: number
  run<Name extends JobName>(job: Name, input: JobInput<Name>, options?: JobOptions<Name>): Promise<JobOutput<Name>>
  /** Starts a thread if none runs, so that a job that comes soon need not wait for it. */
  warm(): void
  close(): Promise<void>
}
