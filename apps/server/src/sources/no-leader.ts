// The error for an etcd that answers but has no leader.
import { AppError } from '../problem.ts'

/** `detail` is what etcd said. */
export function noLeader(endpoint: string, detail: string): AppError {
  return new AppError('SOURCE_NO_LEADER', `etcd at ${endpoint} answers, but its cluster has no leader.`, {
    detail,
    endpoint,
    hint: 'Too few members are up, or they do not reach each other: look at the other members and at their logs.',
  })
}
