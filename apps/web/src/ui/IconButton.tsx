// A square button with an icon; its label is read out and shown as a tooltip.
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import { classNames } from './class-names.ts'
import { Tooltip } from './Tooltip.tsx'

export function IconButton({
  label,
  hint,
  children,
  className,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { label: string; hint?: ReactNode; ref?: Ref<HTMLButtonElement> }) {
  return (
    <Tooltip content={hint ?? label}>
      <button
        type="button"
        aria-label={label}
        className={classNames(
          'inline-flex size-7 shrink-0 items-center justify-center rounded text-soft hover:bg-hover hover:text-ink disabled:opacity-40',
          className,
        )}
        {...rest}
      >
        {children}
      </button>
    </Tooltip>
  )
}
