// The line above data that could not be read again: it stays, with the time since when it is old.
import type { UseQueryResult } from '@tanstack/react-query'
import { text } from '../i18n/text.ts'
import { Banner } from '../ui/Banner.tsx'
import { Button } from '../ui/Button.tsx'
import { formatInstant, useZone } from './time.ts'

export function Stale({ query }: { query: Pick<UseQueryResult, 'error' | 'data' | 'dataUpdatedAt' | 'refetch'> }) {
  const zone = useZone()
  if (!query.error || query.data === undefined) return null
  return (
    <Banner tone="warning" actions={<Button onClick={() => void query.refetch()}>{text.retry}</Button>}>
      {text.stale({ time: formatInstant(query.dataUpdatedAt, zone) })}
    </Banner>
  )
}
