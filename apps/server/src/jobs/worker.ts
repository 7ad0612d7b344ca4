// The script of a worker thread: takes one job at a time and answers it.
import { parentPort, workerData } from 'node:worker_threads'
import type { Decryptor } from '@registree/kube'
import { openEncryption } from '../open-encryption.ts'
import type { JobContext } from './job-context.ts'
import { failedReply, type JobReply, type JobRequest } from './job-messages.ts'
import { JOBS } from './jobs.ts'
import type { WorkerSeed } from './run-in-workers.ts'

const { encryption, reveal, salt } = workerData as WorkerSeed
const decryptors = new Map<string, Decryptor>()
const context: JobContext = {
  decryptorOf(cluster) {
    const known = decryptors.get(cluster) ?? openEncryption(cluster, encryption.get(cluster) ?? null)
    decryptors.set(cluster, known)
    return known
  },
  policy: { reveal, salt },
}

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
