// Whether what is shown follows etcd, since when it does not, and how many changes wait until nobody is using the page.
import { text } from '../i18n/text.ts'
import { ToneIcon } from '../ui/Badge.tsx'
import type { Touch } from './live.ts'
import { formatClock, formatInstant, useZone } from './time.ts'

const t = text.live
const action = 'rounded border border-line-strong/60 px-1.5 leading-5 text-ink hover:bg-hover'

export function LiveState({
  touch,
  again = null,
  changed = null,
  isPaused,
  onPause,
  onRead,
  waiting,
  onShow,
  isOneLine = false,
}: {
  touch: Touch
  /** When the page was read again because it had missed changes, in ms since 1970. */
  again?: number | null
  /** How many rows differed then. */
  changed?: number | null | undefined
  isPaused: boolean
  onPause: (paused: boolean) => void
  /** Reads the page again. */
  onRead: () => void
  /** Changes that are not shown yet. */
  waiting: number
  onShow: () => void
  /** Where a reason that wraps would move the page: a narrow page has room for two lines, a wide one for one; the rest is in the tooltip. */
  isOneLine?: boolean
}) {
  const zone = useZone()
  if (touch.state === 'off' && !isPaused) return null
  const since = formatInstant(touch.since, zone)
  const canRead = !isPaused && (touch.state === 'missed' || touch.state === 'again')
  const isLost = !isPaused && (touch.state === 'lost' || touch.state === 'server' || touch.state === 'missed')
  const said = isPaused
    ? t.paused
    : touch.state === 'lost'
      ? t.lost({ since, reason: touch.reason ?? '' })
      : touch.state === 'server'
        ? t.server({ since })
        : touch.state === 'missed'
          ? t.missed
          : touch.state === 'again'
            ? t.again
            : touch.state === 'following'
              ? t.following
              : t.connecting
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2" data-live={isPaused ? 'paused' : touch.state}>
      <span className="flex min-w-0 max-w-full items-start gap-x-2">
        {/* First, beside the state, and both as wide as the wider one: a longer state moves nothing. Two buttons, not one with two meanings: the keys
            keep a click or the focus on one from reaching the other. */}
        <span className="grid shrink-0">
          {canRead ? (
            <button key="read" type="button" className={action} onClick={onRead}>
              {t.read}
            </button>
          ) : (
            <button
              key="pause"
              type="button"
              className={action}
              aria-pressed={isPaused}
              title={t.pauseHint}
              onClick={() => onPause(!isPaused)}
            >
              {t.pause}
            </button>
          )}
          <span aria-hidden className="invisible h-0 px-[7px]">
            {canRead ? t.pause : t.read}
          </span>
        </span>
        <span
          role={isLost ? 'alert' : undefined}
          className={`flex min-w-0 items-start gap-1 leading-[22px] ${isLost ? 'font-medium text-error' : ''}`}
        >
          <span className="flex h-[22px] items-center">
            <ToneIcon tone={isPaused ? 'muted' : isLost ? 'error' : touch.state === 'following' ? 'ok' : 'progress'} size={12} />
          </span>
          <span className={isOneLine ? 'line-clamp-2 md:truncate' : ''} title={isOneLine ? said : undefined}>
            {said}
          </span>
        </span>
      </span>
      {again !== null && !isPaused && touch.state === 'following' && (
        <span role="status" data-read-again title={t.readAgainHint}>
          {changed === null
            ? t.readAgain({ time: formatClock(again, zone) })
            : t.readAgainRows({ time: formatClock(again, zone), changed })}
        </span>
      )}
      {waiting > 0 && (
        <button type="button" className={`${action} border-accent font-medium`} data-waiting={waiting} onClick={onShow}>
          {t.waiting({ changes: waiting })}
        </button>
      )}
    </span>
  )
}
