// The error of a job whose thread ended before the job was done.
import { AppError, type ProblemFacts } from '../problem.ts'

/** `why` says what ended the thread: it ran out of memory, it took too long, or it crashed. */
export class JobStopped extends AppError {
  readonly why: 'memory' | 'time' | 'crash'
  constructor(why: JobStopped['why'], facts: ProblemFacts) {
    super('INTERNAL', 'The thread that decoded this stopped before it was done.', facts)
    this.why = why
  }
}
