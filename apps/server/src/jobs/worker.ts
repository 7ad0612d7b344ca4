// The script of a worker thread: runs one job at a time. Every thread loads its imports again, so no schemas and no YAML parser.
import { parentPort, workerData } from 'node:worker_threads'
import { type JobContext, type JobSeed, jobContext } from './job-context.ts'
import { failedReply, type JobReply, type JobRequest, READY } from './job-messages.ts'
import { JOBS } from './jobs.ts'

const context = jobContext(workerData as JobSeed)

parentPort?.on('message', ({ job, input }: JobRequest) => {
  const answer = (reply: JobReply, transfer: ArrayBuffer[] = []) => parentPort?.postMessage(reply, transfer)
  try {
    const work = JOBS[job as keyof typeof JOBS] as (input: unknown, context: JobContext) => { output: unknown; transfer?: ArrayBuffer[] }
    const { output, transfer } = work(input, context)
    answer({ ok: true, output }, transfer)
  } catch (error) {
    answer(failedReply(error))
  }
})
parentPort?.postMessage(READY)
