// Whether what a page shows has been read since etcd was silent: what etcd holds after a silence may be another history, also at the same revision.

/**
 * `was`: it has to be read. `old`: it is being read since before etcd answered, which does not count. `reading`: since after; with when the page had been
 * read before, in ms since 1970.
 */
export type Silence = { is: 'none' | 'was' | 'old' } | { is: 'reading'; before: number }

export const NO_SILENCE: Silence = { is: 'none' }
export const SILENT: Silence = { is: 'was' }
const OLD: Silence = { is: 'old' }

export interface Seen {
  etcd: 'answers' | 'lost' | 'unknown'
  isFetching: boolean
  /** When what is shown was read, in ms since 1970; null while nothing is shown as a whole. */
  readAt: number | null
}

/** The same object if nothing changed. Ends with {@link NO_SILENCE} when a reading that began after the silence has succeeded. */
export function silenceAfter(before: Silence, { etcd, isFetching, readAt }: Seen): Silence {
  if (etcd === 'lost' || (before.is !== 'none' && before.is !== 'reading' && etcd === 'unknown')) return isFetching ? OLD : SILENT
  if (before.is === 'old' && !isFetching) return SILENT
  if (before.is === 'was' && isFetching) return { is: 'reading', before: readAt ?? 0 }
  if (before.is === 'reading' && !isFetching) return readAt !== null && readAt > before.before ? NO_SILENCE : SILENT
  return before
}
