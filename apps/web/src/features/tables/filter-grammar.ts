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

/** How long the rows of the filter before may stand, in ms: then they would look like those of this one. */
const MEANWHILE_MS = 1000

export interface Understood {
  /** The newest of the filters that can be applied: for a moment the one before. Null if there is none, and nothing may be shown as its result. */
  q: string | null
  /** The grammar could not be loaded. Tries it again; null if it did not fail. */
  retry: (() => void) | null
}

/** Each new filter tries again to load the grammar. */
export function useUnderstood(q: string): Understood {
  const last = useRef<string | null>(null)
  const [state, setState] = useState<'loading' | 'slow' | 'failed' | 'ready'>('loading')
  const isUnderstood = q === '' || grammar.now !== null
  if (isUnderstood) last.current = q
  const load = () =>
    void grammar.ready().then(
      () => setState('ready'),
      () => setState('failed'),
    )
  // biome-ignore lint/correctness/useExhaustiveDependencies: tried again for each filter
  useEffect(() => {
    if (isUnderstood) return
    load()
    const timer = setTimeout(() => setState((now) => (now === 'loading' ? 'slow' : now)), MEANWHILE_MS)
    return () => clearTimeout(timer)
  }, [isUnderstood, q])
  const retry = () => {
    setState('slow')
    load()
  }
  return {
    q: isUnderstood || state === 'loading' ? last.current : null,
    retry: isUnderstood || state !== 'failed' ? null : retry,
  }
}
