// The error for an etcd that answers but has no leader.
import { AppError, type Detail } from '../problem.ts'

/** `detail` is what etcd said. */
export function noLeader(endpoint: string, detail: Detail): AppError {
  return new AppError(
    'SOURCE_NO_LEADER',
    { code: 'etcd-without-leader', params: { endpoint } },
    {
      detail,
      endpoint,
      hint: { code: 'members-cut-off', params: {} },
    },
  )
}
