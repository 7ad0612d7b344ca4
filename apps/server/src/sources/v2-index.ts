// What is said of a v2 index that is not reached yet.
import { AppError } from '../problem.ts'

export function indexAhead(index: bigint, head: bigint): AppError {
  return new AppError('REVISION_IN_FUTURE', { code: 'v2-index-ahead', params: { index: String(index) } }, { currentRevision: head })
}
