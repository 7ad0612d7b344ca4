// The head of a page that reads much: its title, and at the end of the line how far a reading is, with the button that stops or repeats it.
import { RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from './Button.tsx'

export function PageHead({ title, subtitle, children }: { title: string; subtitle: string; children?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
      <div className="min-w-0">
        <h1 className="text-base font-semibold">{title}</h1>
        <p className="text-xs text-soft">{subtitle}</p>
      </div>
      {children}
    </div>
  )
}

/** At the end of the head. The text grows between two fixed ends: the title (on a phone the edge, on a line of its own) and the button. */
export function HeadReading({
  progress,
  cancel,
  onCancel,
  again,
  onAgain,
}: {
  /** How far it is; null if nothing is being read. */
  progress: string | null
  cancel: string
  onCancel: () => void
  again: string
  /** Null before the first reading. */
  onAgain: (() => void) | null
}) {
  return (
    <div className="flex min-h-7 flex-1 items-center justify-end gap-2 text-xs text-soft max-md:basis-full max-md:justify-start">
      {progress !== null ? (
        <>
          <span role="status" className="min-w-0 flex-1 truncate">
            {progress}
          </span>
          <Button onClick={onCancel}>{cancel}</Button>
        </>
      ) : (
        onAgain !== null && (
          <Button icon={<RotateCw size={14} aria-hidden />} onClick={onAgain}>
            {again}
          </Button>
        )
      )}
    </div>
  )
}
