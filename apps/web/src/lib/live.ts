// Follows a table or a key while its page is visible: hands on what changed, and knows when changes no longer come.
import type { KeyChange, KeyNews, LiveTouch, RegistryChange, RegistryNews, TableChange, TableNews } from '@registree/contract'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { clusterEvents, useConnection } from './cluster-events.ts'
import { onEpoch } from './epochs.ts'
import { say } from './say.ts'

/**
 * `connecting` until the first message; `server` if Registree itself does not answer; `missed`: the page has to be read again; `again`: it will be,
 * by itself.
 */
export interface Touch {
  state: 'off' | 'connecting' | 'following' | 'lost' | 'server' | 'missed' | 'again'
  /** Milliseconds since 1970. */
  since: number
  reason: string | null
  /** With `missed`: about how many pages have to be read again. */
  pages?: number
}

interface Changes {
  table: TableChange
  object: KeyChange
  node: KeyChange
  registry: RegistryChange
}

export interface Followed<Name extends keyof Changes> {
  /** The revision of what the page shows; null while there is nothing to follow, or the user has paused. */
  after: string | null
  /** What is followed; a change of it begins again. */
  parameters: Readonly<Record<string, string | undefined>>
  /** Identifies a reading of the page: another one is followed from its own revision. */
  reading: unknown
  onChanges: (changes: readonly Changes[Name][], revision: string) => void
}

const OFF: Touch = { state: 'off', since: 0, reason: null }

export function useFollowed<Name extends keyof Changes>(name: Name, { after, parameters, reading, onChanges }: Followed<Name>): Touch {
  const [touch, setTouch] = useState<Touch>(OFF)
  const isOn = after !== null
  // Later revisions come from what was followed itself.
  const start = useRef(after)
  start.current = after
  const said = JSON.stringify(parameters)
  // As rendered: what the stream still tells about another reading is not for this one.
  const shown = useRef({ reading, said, onChanges })
  useLayoutEffect(() => {
    shown.current = { reading, said, onChanges }
  })
  const connection = useConnection()
  const lost = connection.kind === 'server-lost' ? connection.since : null
  // What was read before a new epoch may belong to another history, whether or not it was followed then.
  const outdated = useRef<unknown>(NOTHING)
  useEffect(
    () =>
      onEpoch((cluster) => {
        if (cluster !== clusterEvents.cluster()) return
        outdated.current = reading
        setTouch((before) => (before.state === 'off' || before.state === 'missed' ? before : missedNow(1)))
      }),
    [reading],
  )
  useEffect(() => {
    if (!isOn) return setTouch(OFF)
    if (outdated.current === reading) return setTouch(missedNow(1))
    setTouch({ state: 'connecting', since: Date.now(), reason: null })
    const wanted = JSON.parse(said) as Record<string, string>
    return clusterEvents.follow(name, {
      after: () => start.current ?? '0',
      parameters: () => wanted,
      take: (data) => {
        const { revision, touch: told, missed, pages = 1, changes } = data as TableNews | KeyNews | RegistryNews
        if (shown.current.reading !== reading || shown.current.said !== said) return
        if (missed) setTouch((before) => (before.state === 'missed' ? { ...before, pages } : missedNow(pages)))
        if (outdated.current === reading) return
        if (!missed && told !== undefined) setTouch((before) => (before.state === 'missed' ? before : toTouch(told)))
        if (changes !== undefined) shown.current.onChanges(changes as Changes[Name][], revision)
      },
    })
  }, [name, isOn, said, reading])
  return useMemo(() => (isOn && lost !== null ? { state: 'server', since: lost, reason: null } : touch), [isOn, lost, touch])
}

const NOTHING = Symbol('no reading')
const missedNow = (pages: number): Touch => ({ state: 'missed', since: Date.now(), reason: null, pages })

const toTouch = ({ following, since, reason, sentences }: LiveTouch): Touch => ({
  state: following ? 'following' : reason === null ? 'connecting' : 'lost',
  since: Date.parse(since),
  reason: reason === null ? null : say.error(sentences, reason),
})
