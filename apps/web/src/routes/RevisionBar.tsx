// The line above the tree: the one revision of the whole page, when it was written, and ways to another one.

import { isRevision } from '@registree/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { CalendarClock, Pin, RefreshCw, X } from 'lucide-react'
import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { keysText } from '../i18n/keys-text.ts'
import { text } from '../i18n/text.ts'
import { revisionTimeQuery } from '../lib/cluster-queries.ts'
import { RevisionMoment } from '../lib/RevisionMoment.tsx'
import { notFoundText, revisionAt, shownInsteadText } from '../lib/revision-at.ts'
import { useZone } from '../lib/time.ts'
import { KeyspaceBadge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Tooltip } from '../ui/Tooltip.tsx'

const t = keysText.keys
const words = text.revisionTime

export interface RevisionBarProps {
  cluster: string
  revision: string | null
  pinned: boolean
  busy: boolean
  onRefresh: () => void
  /** Shows the same page at another revision. */
  onRevision: (revision: string) => void
}

export function RevisionBar({ cluster, revision, pinned, busy, onRefresh, onRevision }: RevisionBarProps) {
  const [typing, setTyping] = useState(false)
  /** The message after a revision was found, and for which one: it vanishes with it. */
  const [found, setFound] = useState({ revision: '', message: '' })
  const said = found.revision === revision ? found.message : ''
  const opener = useRef<HTMLButtonElement>(null)
  const time = useQuery({ ...revisionTimeQuery(cluster, revision ?? ''), enabled: revision !== null, retry: false })
  const close = () => {
    setTyping(false)
    // The button returns with the next render.
    requestAnimationFrame(() => opener.current?.focus())
  }
  if (typing)
    return (
      <GoTo
        cluster={cluster}
        onClose={close}
        onFound={(to, message) => {
          setFound({ revision: to, message })
          close()
          onRevision(to)
        }}
      />
    )
  return (
    <div className="shrink-0 border-b border-line">
      <div className="flex h-9 items-center gap-2 pr-1 pl-3">
        <KeyspaceBadge keyspace="v3" />
        {revision !== null && (
          <span className="flex min-w-0 flex-1 flex-col items-start overflow-hidden whitespace-nowrap text-soft">
            <Tooltip content={pinned ? t.pinnedHint({ rev: revision }) : t.readAtHint({ rev: revision })}>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the explanation must be reachable from the keyboard */}
              <span tabIndex={0} className="inline-flex max-w-full items-center gap-1 truncate leading-[17px]">
                {pinned && <Pin size={12} aria-hidden className="shrink-0 text-v3" />}
                {text.status.revision} {revision}
                {pinned && <span className="sr-only">{text.status.revisionPinned}</span>}
              </span>
            </Tooltip>
            {/* Reserves its space before it is known. */}
            <span className="h-[15px] max-w-full truncate text-xs leading-[15px] tabular-nums" data-revision-time>
              {time.data !== undefined && <RevisionMoment time={time.data.time} />}
            </span>
          </span>
        )}
        <span className="ml-auto flex shrink-0 items-center">
          <IconButton ref={opener} label={words.goTo} onClick={() => setTyping(true)}>
            <CalendarClock size={14} aria-hidden />
          </IconButton>
          <Tooltip content={pinned ? t.unpin : t.refresh}>
            <Button
              tone="quiet"
              aria-label={pinned ? t.unpin : t.refresh}
              aria-busy={busy}
              onClick={() => {
                setFound({ revision: '', message: '' })
                onRefresh()
              }}
              icon={<RefreshCw size={13} aria-hidden />}
            >
              {t.refreshShort}
            </Button>
          </Tooltip>
        </span>
      </div>
      <p role="status" className={said === '' ? 'sr-only' : 'px-3 pb-1.5 text-xs text-warn'}>
        {said}
      </p>
    </div>
  )
}

/** A field for a revision or a time, in place of the bar, so that nothing moves. */
function GoTo({
  cluster,
  onClose,
  onFound,
}: {
  cluster: string
  onClose: () => void
  onFound: (revision: string, message: string) => void
}) {
  const client = useQueryClient()
  const zone = useZone()
  const field = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState('')
  const [problem, setProblem] = useState('')
  const [looking, setLooking] = useState(false)
  const hint = useId()
  const asked = useRef(0)
  useEffect(() => field.current?.focus(), [])
  useEffect(
    () => () => {
      asked.current = -1
    },
    [],
  )

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const value = typed.trim()
    if (value === '' || looking) return
    if (isRevision(value)) return onFound(value, '')
    const own = ++asked.current
    setProblem('')
    setLooking(true)
    try {
      const found = await revisionAt(client, cluster, value, zone)
      if (own !== asked.current) return
      onFound(found.revision, shownInsteadText(found))
    } catch (error) {
      if (own !== asked.current) return
      setLooking(false)
      setProblem(notFoundText(error))
      field.current?.focus()
    }
  }

  return (
    <form onSubmit={submit} className="relative shrink-0 border-b border-line">
      <div className="flex h-9 items-center gap-1 px-1.5">
        <input
          ref={field}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return
            event.preventDefault()
            onClose()
          }}
          aria-label={words.field}
          aria-invalid={problem !== ''}
          aria-describedby={hint}
          placeholder={words.placeholder}
          maxLength={100}
          spellCheck={false}
          autoComplete="off"
          className="h-7 min-w-0 flex-1 rounded border border-line-strong/60 bg-surface px-2 placeholder:text-faint"
        />
        <Button type="submit" tone="primary" aria-busy={looking} aria-disabled={looking}>
          {words.go}
        </Button>
        <IconButton label={words.cancel} onClick={onClose}>
          <X size={14} aria-hidden />
        </IconButton>
      </div>
      <p id={hint} role="status" className={problem === '' ? 'sr-only' : 'px-3 pb-1.5 text-xs text-error'}>
        {looking ? words.looking : problem}
      </p>
    </form>
  )
}
