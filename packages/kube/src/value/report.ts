// Collects a decoder's problems up to a limit, so that hostile bytes cannot fill the memory.

import type { ProblemMessage, ProblemParams } from './problem-messages.ts'
import type { Problem, UnknownField } from './types.ts'
import type { KubePath } from './value.ts'

const MAX_PROBLEMS = 500
const MAX_UNKNOWN = 5000

/** Something was written more than once, and only the last of it is shown. */
const TWICE: ReadonlySet<string> = new Set<ProblemMessage['code']>(['field-twice', 'key-twice', 'key-twice-refused', 'document-twice'])

/** Whether the result omits stored parts: a duplicate key, field or document, or more problems than are listed. */
export function leavesOut(problems: readonly Problem[]): boolean {
  return problems.length >= MAX_PROBLEMS || problems.some(({ says }) => says.some(({ code }) => TWICE.has(code)))
}

export class Report {
  readonly problems: Problem[] = []
  readonly unknownFields: UnknownField[] = []
  private moreProblems = 0
  private moreErrors = 0
  private moreUnknown = 0

  /** True if another problem would only be counted: its path need not be built. */
  get problemsFull(): boolean {
    return this.problems.length >= MAX_PROBLEMS
  }

  get unknownFull(): boolean {
    return this.unknownFields.length >= MAX_UNKNOWN
  }

  /** @param rest sentences after the first one */
  add<Code extends keyof ProblemParams>(
    severity: Problem['severity'],
    path: KubePath,
    code: Code,
    params: ProblemParams[Code],
    ...rest: ProblemMessage[]
  ): void {
    this.addAll(severity, path, [{ code, params } as ProblemMessage, ...rest])
  }

  addAll(severity: Problem['severity'], path: KubePath, says: ProblemMessage[]): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ path, says, severity })
    else {
      this.moreProblems += 1
      if (severity === 'error') this.moreErrors += 1
    }
  }

  unknown(path: KubePath, number: number, wireType: number, bytes: Uint8Array): void {
    if (this.unknownFields.length < MAX_UNKNOWN) this.unknownFields.push({ path, number, wireType, bytes })
    else this.moreUnknown += 1
  }

  /** Adds how many were omitted. Called once, after decoding. */
  close(): void {
    if (this.moreUnknown > 0) {
      this.problems.push({
        path: '',
        says: [{ code: 'more-unknown-fields', params: { fields: this.moreUnknown } }],
        severity: 'warning',
      })
      this.moreUnknown = 0
    }
    if (this.moreProblems > 0) {
      const [problems, errors] = [this.moreProblems, this.moreErrors]
      this.problems.push(
        errors === 0
          ? { path: '', says: [{ code: 'more-problems', params: { problems } }], severity: 'warning' }
          : { path: '', says: [{ code: 'more-problems-errors', params: { problems, errors } }], severity: 'error' },
      )
      this.moreProblems = 0
      this.moreErrors = 0
    }
  }
}
