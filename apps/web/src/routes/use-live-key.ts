// Follows the key of a page: which revision (or v2 index) of it to show, and what happened to it since the page was opened.
import { useRef, useState } from 'react'
import { useConnection } from '../lib/cluster-events.ts'
import { useHeld } from '../lib/held.ts'
import { type Touch, useFollowed } from '../lib/live.ts'
import { useReadMissed } from '../lib/read-missed.ts'

export interface LiveKey {
  /** The key and the history that is followed. */
  id: string
  touch: Touch
  /** See `useReadMissed`. */
  again: number | null
  /** The newest revision of the key that may be shown; null while the reading's own is the newest. */
  revision: string | null
  /** Writes since the page was opened that were told; of many within a moment only the last is. */
  changes: number
  /** Told, and not shown because somebody uses the page. */
  waiting: number
  /** The key is gone: its last value stays. */
  isDeleted: boolean
  /** The newest write. */
  newest: string | null
  isPaused: boolean
  setPaused: (paused: boolean) => void
  show: () => void
}

interface State {
  id: string
  newest: string | null
  shown: string | null
  changes: number
  shownChanges: number
  isDeleted: boolean
}

const startOf = (id: string): State => ({ id, newest: null, shown: null, changes: 0, shownChanges: 0, isDeleted: false })

/** What is followed. */
export interface FollowedKey {
  topic: 'object' | 'node'
  /** Of the topic: which key. */
  parameters: Readonly<Record<string, string | undefined>>
  /** Names the key. */
  about: string
  /** Changes are shown only when the user asks for them, and a removal is one of them: of a directory, which may be large. */
  isManual?: boolean
  /** Reads what the page shows again; for a topic that does not tell the newest state by itself. */
  reread?: () => Promise<unknown>
}

/** `after` is the revision that the page was read at; null where there is nothing to follow. `part` is what must not move while it is used. */
export function useLiveKey(
  { topic, parameters, about, isManual = false, reread }: FollowedKey,
  after: string | null,
  part: HTMLElement | null,
): LiveKey {
  const connection = useConnection()
  // Of another history: nothing of this one is known to have changed.
  const replaced = connection.kind === 'health' ? connection.health.replaced?.at : undefined
  const history = useRef(replaced)
  if (connection.kind === 'health') history.current = replaced
  const id = `${about} ${history.current ?? ''}`
  const [tries, setTries] = useState(0)
  const [known, setKnown] = useState(() => startOf(id))
  const [isPaused, setPaused] = useState(false)
  const state = known.id === id ? known : startOf(id)
  if (state !== known) setKnown(state)
  const isUsed = useHeld(part)
  const held = isManual || isUsed
  const isHeld = useRef(held)
  isHeld.current = held
  // What waited is shown when nobody uses the page any more.
  if (!held && state.shown !== state.newest) setKnown({ ...state, shown: state.newest, shownChanges: state.changes })
  const followed = useFollowed(topic, {
    after: isPaused ? null : newer(state.newest, after),
    parameters,
    // To follow a v3 key again is to read its newest state.
    reading: `${id} ${tries}`,
    onChanges: (changes) => {
      setKnown((before) => {
        if (before.id !== id) return before
        const next = { ...before }
        for (const { revision, deleted } of changes) {
          if (after !== null && BigInt(revision) <= BigInt(newer(before.newest, after) as string)) continue
          next.changes += 1
          next.isDeleted = deleted && !isManual
          if (!next.isDeleted) next.newest = revision
        }
        return isHeld.current ? next : { ...next, shown: next.newest, shownChanges: next.changes }
      })
    },
  })
  const { touch, again } = useReadMissed({
    ...{ about, touch: followed, isFetching: false },
    read: () => void (reread?.() ?? Promise.resolve()).finally(() => setTries((before) => before + 1)),
  })
  const revision = state.shown !== null && newer(state.shown, after) === state.shown ? state.shown : null
  return {
    ...{ id, touch, again, revision, changes: state.changes, isDeleted: state.isDeleted, newest: state.newest, isPaused, setPaused },
    waiting: state.changes - state.shownChanges,
    show: () => setKnown({ ...state, shown: state.newest, shownChanges: state.changes }),
  }
}

function newer(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return b === null ? null : (a ?? b)
  return BigInt(a) > BigInt(b) ? a : b
}
