// A copy button that shows beforehand what it copies, and confirms it.
import { Check, Copy } from 'lucide-react'
import { useContext, useEffect, useRef, useState } from 'react'
import { classNames } from './class-names.ts'
import { Tooltip } from './Tooltip.tsx'
import { UiWordsContext } from './words.ts'

const PREVIEW = 400

/** `text` may be a function if it is long or costly; then `preview` describes it. `children` turns the icon into a button with words. */
export function CopyButton({
  text,
  label,
  copied,
  failed,
  preview,
  children,
  className,
}: {
  text: string | (() => string | Promise<string>)
  label: string
  copied?: string
  failed?: string
  preview?: string
  children?: React.ReactNode
  className?: string
}) {
  const words = useContext(UiWordsContext)
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const shown = preview ?? (typeof text === 'string' ? text : '')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : await text())
      setState('copied')
    } catch {
      setState('failed')
    }
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setState('idle'), 1500)
  }
  const word = state === 'copied' ? (copied ?? words.copied) : state === 'failed' ? (failed ?? words.copyRefused) : label
  return (
    <Tooltip
      content={
        <>
          {word}
          {state === 'idle' && shown !== '' && (
            <span className="block font-mono break-all text-soft">{shown.length > PREVIEW ? `${shown.slice(0, PREVIEW)}…` : shown}</span>
          )}
        </>
      }
    >
      <button
        type="button"
        aria-label={label}
        onClick={copy}
        className={classNames(
          'inline-flex shrink-0 items-center justify-center gap-1.5 rounded text-soft hover:bg-hover hover:text-ink',
          children ? 'h-7 px-2 text-sm' : 'size-6',
          className,
        )}
      >
        {state === 'copied' ? <Check size={14} className="text-ok" aria-hidden /> : <Copy size={14} aria-hidden />}
        {children}
        <span role="status" className="sr-only">
          {state === 'idle' ? '' : word}
        </span>
      </button>
    </Tooltip>
  )
}
