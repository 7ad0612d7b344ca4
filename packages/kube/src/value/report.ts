// Collects a decoder's problems up to a limit, so that hostile bytes cannot fill the memory.

import type { Problem, UnknownField } from './types.ts'
import type { KubePath } from './value.ts'

const MAX_PROBLEMS = 500
const MAX_UNKNOWN = 5000

/** Whether the result omits stored parts: a duplicate key, field or document, or more problems than are listed. */
export function leavesOut(problems: readonly Problem[]): boolean {
  return problems.length >= MAX_PROBLEMS || problems.some(({ message }) => message.includes(' is written twice'))
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

  add(severity: Problem['severity'], path: KubePath, message: string): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ path, message, severity })
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
        message: `${this.moreUnknown} more unknown ${this.moreUnknown === 1 ? 'field is' : 'fields are'} not listed`,
        severity: 'warning',
      })
      this.moreUnknown = 0
    }
    if (this.moreProblems > 0) {
      const errors = this.moreErrors === 0 ? '' : `, ${this.moreErrors} of them ${this.moreErrors === 1 ? 'an error' : 'errors'}`
      const severity = this.moreErrors === 0 ? 'warning' : 'error'
      this.problems.push({
        path: '',
        message: `${this.moreProblems} more ${this.moreProblems === 1 ? 'problem is' : 'problems are'} not listed${errors}`,
        severity,
      })
      this.moreProblems = 0
      this.moreErrors = 0
    }
  }
}
