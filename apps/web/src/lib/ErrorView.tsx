// Shows any error in one form: our words for its code, the server's own for details.
import type { ReactNode } from 'react'
import { errors, text } from '../i18n/text.ts'
import { ErrorState } from '../ui/ErrorState.tsx'
import type { ClientErrorCode } from './client-error-code.ts'
import { HttpError } from './http.ts'
import { inARow } from './in-a-row.ts'
import { ReadableLinks } from './ReadableLinks.tsx'

/** A retry would give the same answer. */
const SAME_AGAIN: ReadonlySet<ClientErrorCode> = new Set([
  'BAD_REQUEST',
  'CLUSTER_NOT_FOUND',
  'REVISION_COMPACTED',
  'KEYSPACE_UNAVAILABLE',
  'VALUE_TOO_LARGE',
  'MASKED',
  'FORBIDDEN_HOST',
  'METHOD_NOT_ALLOWED',
])

export function ErrorView({ error, onRetry, actions }: { error: unknown; onRetry?: () => void; actions?: ReactNode }) {
  if (!(error instanceof HttpError))
    return (
      <ErrorState
        title={errors.INTERNAL.title}
        detail={error instanceof Error ? error.message : String(error)}
        {...(onRetry ? { onRetry, retryLabel: text.retry } : {})}
        actions={actions}
      />
    )
  const words = errors[error.code]
  const problem = error.problem
  const readable = problem?.readable
  const detail =
    inARow([problem?.title, problem?.detail].filter((line) => line !== words.title)) ||
    (problem || error.message === words.title ? '' : error.message)
  const where = [problem?.cluster, problem?.endpoint].filter(Boolean).join(' · ')
  return (
    <ErrorState
      title={words.title}
      detail={detail}
      hint={readable ? (readable.length === 0 ? text.readable.nothing : text.readable.title) : (problem?.hint ?? words.hint)}
      code={error.code}
      {...(where === '' ? {} : { endpoint: where })}
      {...(onRetry && !SAME_AGAIN.has(error.code) ? { onRetry, retryLabel: text.retry } : {})}
      actions={actions}
    >
      {readable && readable.length > 0 && <ReadableLinks readable={readable} />}
    </ErrorState>
  )
}
