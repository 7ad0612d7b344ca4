// The error of a job whose thread ended before it was done.
import { AppError, type ProblemFacts } from '../problem.ts'

/** `why` is what ended the thread: out of memory, too slow, or crashed. */
export class JobStopped extends AppError {
  readonly why: 'memory' | 'time' | 'crash'
  constructor(why: JobStopped['why'], facts: ProblemFacts) {
    super('INTERNAL', 'The thread that decoded this stopped before it was done.', facts)
    this.why = why
  }
}
