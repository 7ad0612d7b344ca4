// Searches keys by name on the server: when typing pauses, cancelled by the next letter, and narrowed in the browser if an answer was complete.

import type { Note } from '@registree/contract'
import { apiPaths, type NamesFound, type NamesLine, type NamesSkipped } from '@registree/contract'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { activity } from '../../lib/activity.ts'
import { epochOf, onEpoch } from '../../lib/epochs.ts'
import { readLines } from '../../lib/ndjson.ts'
import { useSettled } from '../../lib/settled.ts'

export interface NamesSearch {
  state: 'idle' | 'searching' | 'done' | 'failed'
  /** The searched text; results of an earlier text are not shown for a later one. */
  text: string
  found: readonly NamesFound[]
  /** Number of keys searched so far. */
  searched: number
  directories: number
  skipped: readonly NamesSkipped[]
  failed: readonly Note[]
  error: Error | null
}

const IDLE: NamesSearch = { state: 'idle', text: '', found: [], searched: 0, directories: 0, skipped: [], failed: [], error: null }
const SHORTEST = 2
const FRESH_MS = 30_000
const MOST_KEPT = 20

interface Kept {
  cluster: string
  /** The epoch of the answer: it is not used in another one. */
  epoch: string | null
  at: number
  search: NamesSearch
}
/** Complete answers: a longer text only matches names that they contain. */
const kept: Kept[] = []

/**
 * Searches for a text.
 * @param text nothing is searched if null or too short
 * @param path one directory to search completely; null for all, within the server's limits
 */
export function useNames(cluster: string | null, text: string | null, path: string | null): NamesSearch {
  const wanted = text !== null && text.trim().length >= SHORTEST && cluster !== null ? text.trim().toLowerCase() : null
  const settled = useSettled(wanted)
  // In another epoch the same names are searched again.
  const known = () => (cluster === null ? null : epochOf(cluster))
  const epoch = useSyncExternalStore(onEpoch, known, known)
  const [search, setSearch] = useState<NamesSearch>(IDLE)
  useEffect(() => {
    if (settled === null || settled !== wanted || cluster === null) return
    const known = path === null ? narrowed(cluster, epoch, settled) : null
    if (known !== null) return setSearch(known)
    const gone = new AbortController()
    let now: NamesSearch = { ...IDLE, state: 'searching', text: settled }
    const tell = (more: Partial<NamesSearch>) => {
      now = { ...now, ...more }
      if (!gone.signal.aborted) setSearch(now)
    }
    tell({})
    readLines<NamesLine>(apiPaths.names(cluster, settled, path), gone.signal, (line) => {
      if (line.type === 'found') tell({ found: withPlace(now.found, line) })
      else if (line.type === 'progress') tell({ searched: line.searched })
      else if (line.type === 'end') {
        activity.cost(line.cost)
        const { searched, directories, skipped, failed } = line
        tell({ state: 'done', searched, directories, skipped, failed })
      }
    }).then(
      () => keep(cluster, epoch, path, now),
      (error: unknown) => {
        if (!gone.signal.aborted) tell({ state: 'failed', error: error instanceof Error ? error : new Error(String(error)) })
      },
    )
    return () => gone.abort()
  }, [cluster, epoch, settled, wanted, path])
  if (wanted === null) return IDLE
  return search.text === wanted ? search : { ...IDLE, state: 'searching', text: wanted }
}

/** A later line about a place replaces an earlier one. */
function withPlace(found: readonly NamesFound[], line: NamesFound): NamesFound[] {
  const at = found.findIndex(({ place, path }) => place === line.place && path === line.path)
  return at < 0 ? [...found, line] : found.with(at, line)
}

function keep(cluster: string, epoch: string | null, path: string | null, search: NamesSearch): void {
  const whole =
    search.skipped.length === 0 && search.failed.length === 0 && search.found.every(({ names, count }) => names.length === count)
  if (path !== null || search.state !== 'done' || !whole) return
  kept.unshift({ cluster, epoch, at: Date.now(), search })
  kept.length = Math.min(kept.length, MOST_KEPT)
}

function narrowed(cluster: string, epoch: string | null, text: string): NamesSearch | null {
  const known = kept.find(
    (one) => one.cluster === cluster && one.epoch === epoch && text.includes(one.search.text) && Date.now() - one.at < FRESH_MS,
  )
  if (known === undefined) return null
  // With a slash the namespace counts too: a longer match need not contain the shorter text in its name.
  if (text.includes('/') !== known.search.text.includes('/')) return null
  return { ...known.search, text, found: narrow(known.search.found, text) }
}

/** The part of an answer that matches a longer text. */
export function narrow(found: readonly NamesFound[], text: string): NamesFound[] {
  return found.flatMap((line) => {
    const names = line.names.filter(({ namespace, name }) =>
      (text.includes('/') && namespace !== '' ? `${namespace}/${name}` : name).toLowerCase().includes(text),
    )
    return names.length === 0 ? [] : [{ ...line, names, count: names.length }]
  })
}
