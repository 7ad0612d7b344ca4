// A button with words; `LinkButton` looks the same and is a real link.
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import { classNames } from './class-names.ts'

export type ButtonTone = 'plain' | 'primary' | 'quiet'

const tones: Record<ButtonTone, string> = {
  plain: 'border border-line-strong/60 bg-surface text-ink hover:bg-hover',
  primary: 'border border-accent bg-accent text-on-accent hover:brightness-110',
  quiet: 'border border-transparent text-soft hover:bg-hover hover:text-ink',
}

export const buttonClass = (tone: ButtonTone = 'plain', className?: string) =>
  classNames(
    'inline-flex h-7 shrink-0 items-center gap-1.5 rounded px-2 text-sm whitespace-nowrap select-none disabled:pointer-events-none disabled:opacity-50 aria-disabled:opacity-50',
    tones[tone],
    className,
  )

export function Button({
  tone,
  icon,
  children,
  className,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { tone?: ButtonTone; icon?: ReactNode; ref?: Ref<HTMLButtonElement> }) {
  return (
    <button type="button" className={buttonClass(tone, className)} {...rest}>
      {icon}
      {children}
    </button>
  )
}

export function LinkButton({
  tone,
  icon,
  children,
  className,
  ...rest
}: AnchorHTMLAttributes<HTMLAnchorElement> & { tone?: ButtonTone; icon?: ReactNode }) {
  return (
    <a className={buttonClass(tone, className)} {...rest}>
      {icon}
      {children}
    </a>
  )
}
