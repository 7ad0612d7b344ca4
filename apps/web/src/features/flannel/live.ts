// Follows flannel's networks while the page is visible: applies news, keeps the log, and knows when the watches are lost.
import type { FlannelAnswer, FlannelChange, FlannelNews, FlannelTouch } from '@registree/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { clusterEvents, useConnection } from '../../lib/cluster-events.ts'
import { say } from '../../lib/say.ts'
import { applyNews, compareTokens } from './apply-news.ts'
import { flannelPageQuery } from './queries.ts'

/** `connecting` until the first message; `server` if Registree itself does not answer. */
export type Touch = { state: 'connecting' | 'following' | 'lost' | 'server'; since: number; reason: string | null }

const RELOAD_MS = 300
const MOST_LOG = 200
const MOST_NEWS = 100

const toTouch = ({ following, since, reason, sentences }: FlannelTouch): Touch => ({
  state: following ? 'following' : reason === null ? 'connecting' : 'lost',
  since: Date.parse(since),
  reason: reason === null ? null : say.error(sentences, reason),
})

/** `ready` once the page has been read or failed: following continues from its answer. */
export function useLiveFlannel(cluster: string, live: boolean, ready: boolean): { touch: Touch; log: readonly FlannelChange[] } {
  const queries = useQueryClient()
  const [told, setTold] = useState<Touch>(() => ({ state: 'connecting', since: Date.now(), reason: null }))
  const [log, setLog] = useState<readonly FlannelChange[]>([])
  const connection = useConnection()
  const lost = connection.kind === 'server-lost' ? connection.since : null

  useEffect(() => {
    if (!live || !ready) return
    const { queryKey } = flannelPageQuery(cluster)
    const known = () => queries.getQueryData<FlannelAnswer>(queryKey)
    let after = known()?.token ?? ''
    let recent: FlannelNews[] = []
    let reloading: ReturnType<typeof setTimeout> | undefined

    const take = (news: FlannelNews) => {
      queries.setQueryData<FlannelAnswer>(queryKey, (answer) => (answer === undefined ? answer : applyNews(answer, news)))
    }
    const reload = () => {
      clearTimeout(reloading)
      reloading = setTimeout(() => {
        void queries.invalidateQueries({ queryKey, exact: true }).then(() => {
          // News that arrived before the answer.
          for (const news of recent) if ((compareTokens(news.token, known()?.token ?? null) ?? -1) > 0) take(news)
        })
      }, RELOAD_MS)
    }
    const leave = clusterEvents.follow('flannel', {
      after: () => after,
      take: (data) => {
        const news = data as FlannelNews
        if (news.token !== '') after = news.token
        recent = [...recent.slice(1 - MOST_NEWS), news]
        take(news)
        if (news.touch !== undefined) setTold(toTouch(news.touch))
        const lines = news.log ?? []
        if (lines.length > 0)
          setLog((before) => {
            const seen = new Set(before.map(({ id }) => id))
            const fresh = lines.filter(({ id }) => !seen.has(id))
            return fresh.length === 0 ? before : [...before, ...fresh].sort((a, b) => a.id - b.id).slice(-MOST_LOG)
          })
        if (news.reload) reload()
      },
    })
    return () => {
      clearTimeout(reloading)
      leave()
    }
  }, [cluster, live, ready, queries])

  const touch = useMemo<Touch>(() => (live && lost !== null ? { state: 'server', since: lost, reason: null } : told), [live, lost, told])
  return { touch, log }
}
