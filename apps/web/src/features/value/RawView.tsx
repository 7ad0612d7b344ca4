// The stored bytes: hex and an exact download, or why they stay on the server.
import { useQuery } from '@tanstack/react-query'
import { Download, Lock } from 'lucide-react'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { HttpError } from '../../lib/http.ts'
import { LinkButton } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { laterPart } from '../../ui/later.tsx'
import { SkeletonLines } from '../../ui/Skeleton.tsx'
import { rawQuery } from './queries.ts'
import { strings } from './strings.ts'
import { WithFlags } from './WithFlags.tsx'

const words = strings.raw
const HexView = laterPart(
  () => import('./hex/HexView.tsx'),
  (module) => module.HexView,
  <div className="p-3">
    <SkeletonLines lines={12} />
  </div>,
)

function Masked({ hint }: { hint?: string | undefined }) {
  return (
    <EmptyState
      title={
        <span className="flex items-center gap-1.5">
          <Lock size={15} aria-hidden />
          {words.masked}
        </span>
      }
    >
      <p>{words.maskedDetail}</p>
      <p>
        <WithFlags text={hint ?? words.maskedHint} />
      </p>
    </EmptyState>
  )
}

export function RawView({
  url,
  size,
  version,
  label,
  link,
  masked,
}: {
  url: string
  size: number
  version: string
  label: string
  /** The page's link, for printing. */
  link: string
  masked: boolean
}) {
  const raw = useQuery({ ...rawQuery(url, version), enabled: !masked && size > 0 })
  if (masked) return <Masked />
  if (size === 0) return <EmptyState title={strings.empty.title}>{strings.empty.detail}</EmptyState>
  if (raw.data) {
    return (
      <HexView
        bytes={raw.data}
        label={label}
        link={link}
        actions={
          <LinkButton href={url} download icon={<Download size={14} aria-hidden />} title={words.downloadHint({ size })}>
            {words.download}
          </LinkButton>
        }
      />
    )
  }
  if (raw.error instanceof HttpError && raw.error.code === 'MASKED') return <Masked hint={raw.error.problem?.hint} />
  if (raw.error) return <ErrorView error={raw.error} onRetry={() => void raw.refetch()} />
  return (
    <div className="p-3" role="status" aria-label={words.loading({ size })}>
      <SkeletonLines lines={12} />
    </div>
  )
}
