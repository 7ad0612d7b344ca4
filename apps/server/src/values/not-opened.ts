// Why a worker thread gave no answer for a value, in sentences for the reader.
import type { ProblemMessage } from '@registree/kube'
import { JobStopped } from '../jobs/job-stopped.ts'
import { ONE_LIMIT_MS } from './large-values.ts'
import { OUR_LIMIT } from './open-stored.ts'

/** `limitMs` is the value's time limit. Quotes nothing of the value. */
export function whyNotOpened(error: unknown, limitMs = ONE_LIMIT_MS): ProblemMessage[] {
  if (error instanceof JobStopped && error.why === 'memory') return [{ code: 'value-memory', params: {} }, OUR_LIMIT]
  if (error instanceof JobStopped && error.why === 'time') return [{ code: 'value-time', params: { seconds: limitMs / 1000 } }, OUR_LIMIT]
  return [{ code: 'registree-failed', params: {} }]
}
