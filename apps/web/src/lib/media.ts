// Whether a media query matches, kept up to date.
import { useCallback, useSyncExternalStore } from 'react'
import { drawing } from './drawing.ts'

/** One list per query: creating one costs more than reading it, and it is read at every render. */
const lists = new Map<string, MediaQueryList>()

function listOf(query: string): MediaQueryList {
  const known = lists.get(query) ?? matchMedia(query)
  lists.set(query, known)
  return known
}

export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = listOf(query)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    [query],
  )
  return useSyncExternalStore(
    subscribe,
    () => listOf(query).matches,
    () => matchesDrawing(query),
  )
}

/** Without a browser only widths are known. */
function matchesDrawing(query: string): boolean {
  const [, bound, width = ''] = /^\((min|max)-width: (\d+)px\)$/.exec(query) ?? []
  if (bound === undefined) return false
  return bound === 'min' ? drawing().width >= Number(width) : drawing().width <= Number(width)
}

/** Below this width the rail is a sheet and panes are pages. */
export const useNarrow = (): boolean => useMedia('(max-width: 799px)')
