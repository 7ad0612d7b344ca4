// Explains why a worker thread gave no answer for a value.
import { JobStopped } from '../jobs/job-stopped.ts'
import { ONE_LIMIT_MS } from './large-values.ts'
import { OUR_LIMIT } from './open-stored.ts'

/** `limitMs` is the value's time limit. Quotes nothing of the value. */
export function whyNotOpened(error: unknown, limitMs = ONE_LIMIT_MS): string {
  if (error instanceof JobStopped && error.why === 'memory') return `Reading the value takes more memory than it may. ${OUR_LIMIT}`
  if (error instanceof JobStopped && error.why === 'time') return `Reading the value takes longer than ${limitMs / 1000} s. ${OUR_LIMIT}`
  return 'Registree failed to read the value, which is a bug worth reporting; the API server may read it all the same.'
}
