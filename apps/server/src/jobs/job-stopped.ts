// The error of a job whose thread ended before it was done.
import { AppError, type ProblemFacts } from '../problem.ts'

/** `why` is what ended the thread: out of memory, too slow, or crashed. */
export class JobStopped extends AppError {
  readonly why: 'memory' | 'time' | 'crash'
  constructor(why: JobStopped['why'], facts: ProblemFacts) {
    super('INTERNAL', { code: 'thread-stopped', params: {} }, facts)
    this.why = why
  }
}
