// Whether the key of a page is followed, and what changed since the page was opened.
import type { DiffSpan } from '@registree/contract'
import { text } from '../i18n/text.ts'
import { LinkTo } from '../lib/LinkTo.tsx'
import { LiveState } from '../lib/LiveState.tsx'
import type { LiveKey } from './use-live-key.ts'

export interface LiveLineProps {
  live: LiveKey
  /** The revision of the value that the page was opened with. */
  opened: string | null
  /** The link to the difference; null where there is none. */
  diffHref: ((span: DiffSpan) => string) | null
  onRead: () => void
}

export function LiveLine({ live, opened, diffHref, onRead }: LiveLineProps) {
  const { touch, again, changes, isDeleted, newest, waiting, isPaused, setPaused, show } = live
  if (touch.state === 'off' && !isPaused) return null
  const href = opened !== null && newest !== null ? (diffHref?.({ from: opened, to: newest }) ?? null) : null
  return (
    <div
      className="flex min-h-7 shrink-0 flex-wrap content-center items-center gap-x-3 gap-y-1.5 border-b border-line bg-sunken px-3 py-0.5 text-xs text-soft max-md:min-h-[3.1rem] max-md:content-start"
      data-live-key
    >
      <LiveState
        touch={touch}
        again={again}
        isPaused={isPaused}
        onPause={setPaused}
        onRead={onRead}
        waiting={waiting}
        onShow={show}
        isOneLine
      />
      {isDeleted && <span className="font-medium text-error">{text.live.deleted}</span>}
      {changes > 0 && <span data-changes={changes}>{text.live.since({ changes })}</span>}
      {href !== null && (
        // As high as a target must be, without making the line higher.
        <LinkTo href={href} className="link -my-1 py-1">
          {text.live.difference}
        </LinkTo>
      )}
    </div>
  )
}
