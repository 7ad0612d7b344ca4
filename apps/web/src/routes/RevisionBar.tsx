// The line above the tree: the one revision that everything on the page was read at, and the way to a newer one.
import { Pin, RefreshCw } from 'lucide-react'
import { text } from '../i18n/en.ts'
import { KeyspaceBadge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import { Tooltip } from '../ui/Tooltip.tsx'

const t = text.keys

export function RevisionBar({
  revision,
  pinned,
  busy,
  onRefresh,
}: {
  revision: string | null
  pinned: boolean
  busy: boolean
  onRefresh: () => void
}) {
  return (
    <div className="flex h-9 shrink-0 items-center gap-2 border-b border-line pr-1 pl-3">
      <KeyspaceBadge keyspace="v3" />
      {revision !== null && (
        <Tooltip content={pinned ? t.pinnedHint(revision) : t.readAtHint(revision)}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the explanation must be reachable from the keyboard */}
          <span tabIndex={0} className="inline-flex min-w-0 items-center gap-1 truncate text-soft">
            {pinned && <Pin size={12} aria-hidden className="shrink-0 text-v3" />}
            {text.status.revision} {revision}
            {pinned && <span className="sr-only">{text.status.revisionPinned}</span>}
          </span>
        </Tooltip>
      )}
      <Tooltip content={pinned ? t.unpin : t.refresh}>
        <Button
          tone="quiet"
          className="ml-auto"
          aria-label={pinned ? t.unpin : t.refresh}
          aria-busy={busy}
          onClick={onRefresh}
          icon={<RefreshCw size={13} aria-hidden />}
        >
          {t.refreshShort}
        </Button>
      </Tooltip>
    </div>
  )
}
