// The grammar of filters: loaded when a table is first filtered, or once the page is complete.
import type { Condition } from '@registree/query'
import { useEffect, useRef, useState } from 'react'
import { laterModule } from '../../ui/later.tsx'

/** Null until it is loaded. */
export const grammar = laterModule(() => import('@registree/query'))

/** @throws if the filter is not empty and the grammar is not loaded */
export function conditionsOf(q: string): Condition[] {
  if (q === '') return []
  if (grammar.now === null) throw new Error('The grammar of filters has not been loaded')
  return grammar.now.parseFilter(q).conditions
}

/** The newest of the filters that can be applied: the one before while the grammar is being loaded, null if there was none. */
export function useUnderstood(q: string): string | null {
  const last = useRef<string | null>(null)
  const [, setLoaded] = useState(false)
  const isUnderstood = q === '' || grammar.now !== null
  if (isUnderstood) last.current = q
  useEffect(() => {
    if (isUnderstood) return
    let left = false
    grammar.ready().then(
      () => left || setLoaded(true),
      // The server is down: the next filter tries again.
      () => {},
    )
    return () => {
      left = true
    }
  }, [isUnderstood])
  return last.current
}
