// Which directories are open, kept for this tab so that back, forward and reload restore the tree.
import { useCallback, useEffect, useMemo, useState } from 'react'

function kept(key: string): string[] {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(key) ?? '[]')
    return Array.isArray(value) ? value.filter((id): id is string => typeof id === 'string') : []
  } catch {
    return []
  }
}

/** `always` (the root) is always open; each id of `reveal` is opened when it first appears and may be closed afterwards. */
export function useOpenState(storageKey: string, always: string, reveal: readonly string[]) {
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set([always, ...kept(storageKey), ...reveal]))
  const wanted = reveal.join('\n')
  useEffect(() => {
    const ids = wanted === '' ? [] : wanted.split('\n')
    setOpen((now) => (ids.every((id) => now.has(id)) ? now : new Set([...now, ...ids])))
  }, [wanted])
  useEffect(() => {
    try {
      sessionStorage.setItem(storageKey, JSON.stringify([...open]))
    } catch {
      // If storage is full or forbidden, only the open state is lost.
    }
  }, [storageKey, open])
  const toggle = useCallback(
    (id: string, next: boolean) =>
      setOpen((now) => {
        if (now.has(id) === next) return now
        const changed = new Set(now)
        if (next) changed.add(id)
        else changed.delete(id)
        return changed
      }),
    [],
  )
  return useMemo(() => ({ open, toggle }), [open, toggle])
}
