// How many keys are below a directory: counted when its row is in view, a few at a time, at low priority.

import { apiPaths, type CountAnswer } from '@registree/contract'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { keysText } from '../../i18n/keys-text.ts'
import { keyId } from '../../lib/bytes.ts'
import { getJson } from '../../lib/http.ts'
import { count } from '../../lib/size.ts'
import { reads } from '../../lib/source-query.ts'
import { turns } from './turns.ts'

/** Rows that are only scrolled past are not counted. */
const SETTLE_MS = 150
// A browser has six connections to a server: counting must leave most of them for clicks.
const turn = turns(2)

const countQuery = (cluster: string, prefix: Uint8Array, revision: string) =>
  queryOptions({
    queryKey: ['v3', 'count', cluster, keyId(prefix), revision],
    meta: reads(cluster, { rev: revision }),
    queryFn: async ({ signal }) => {
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
      return turn(signal, () => getJson<CountAnswer>(apiPaths.count(cluster, prefix, revision), signal))
    },
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    retry: false,
  })

/** The number once known; nothing if it fails, as the level itself says what is wrong. */
export function KeyCount({ cluster, prefix, revision }: { cluster: string; prefix: Uint8Array; revision: string }) {
  const { data } = useQuery(countQuery(cluster, prefix, revision))
  if (data === undefined) return null
  return (
    <span data-count title={keysText.keys.countBelow({ keys: data.keys })} className="tabular-nums">
      {count(data.keys)}
      <span className="sr-only"> {keysText.keys.countWord({ keys: data.keys })}</span>
    </span>
  )
}
