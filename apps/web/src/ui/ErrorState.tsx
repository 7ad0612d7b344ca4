// Says what failed, where, with which code, and what to try.
import { CircleAlert, RotateCw } from 'lucide-react'
import { type ReactNode, useContext } from 'react'
import { Button } from './Button.tsx'
import { UiWordsContext } from './words.ts'

export type ErrorStateProps = {
  title: ReactNode
  detail?: ReactNode
  hint?: ReactNode
  code?: string
  endpoint?: string
  onRetry?: () => void
  retryLabel?: string
  actions?: ReactNode
  /** Further help, below what to try. */
  children?: ReactNode
}

export function ErrorState({ title, detail, hint, code, endpoint, onRetry, retryLabel, actions, children }: ErrorStateProps) {
  const words = useContext(UiWordsContext)
  return (
    <div role="alert" className="flex max-w-2xl gap-3 p-4">
      <CircleAlert size={16} className="mt-0.5 shrink-0 text-error" aria-hidden />
      <div className="flex min-w-0 flex-col gap-1">
        <p className="font-medium text-ink">{title}</p>
        {detail && <p className="break-words text-soft">{detail}</p>}
        {hint && <p className="text-soft">{hint}</p>}
        {children}
        {(code || endpoint) && (
          <p className="font-mono text-xs text-faint">
            {code}
            {code && endpoint ? ' · ' : ''}
            {endpoint}
          </p>
        )}
        {(onRetry || actions) && (
          <div className="mt-2 flex flex-wrap gap-2">
            {actions}
            {onRetry && (
              <Button onClick={onRetry} icon={<RotateCw size={14} aria-hidden />}>
                {retryLabel ?? words.retry}
              </Button>
            )}
          </div>
        )}
      </div>
    </div>
  )
}
