// Follows the changes of one cluster while the page is in front of somebody: takes news in, keeps the log, and knows when it has lost touch.
import type { FlannelAnswer, FlannelChange, FlannelNews, FlannelTouch } from '@registree/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { applyNews, compareTokens } from './apply-news.ts'
import { flannelChangesUrl, flannelPageQuery } from './queries.ts'

/** `connecting` until the first word; `server` when Registree itself does not answer. */
export type Touch = { state: 'connecting' | 'following' | 'lost' | 'server'; since: number; reason: string | null }

/** The server says something every 15 s. */
const SILENCE_MS = 40_000
/** A page that nobody looks at stops listening, but not for a glance elsewhere. */
const HIDDEN_MS = 10_000
const REOPEN_MS = 3000
const RELOAD_MS = 300
const MOST_LOG = 200
const MOST_NEWS = 100

const toTouch = ({ following, since, reason }: FlannelTouch): Touch => ({
  state: following ? 'following' : reason === null ? 'connecting' : 'lost',
  since: Date.parse(since),
  reason,
})

/** `ready` once the page has been read, or could not be: listening goes on from what it said. */
export function useLiveFlannel(cluster: string, live: boolean, ready: boolean): { touch: Touch; log: readonly FlannelChange[] } {
  const queries = useQueryClient()
  const [touch, setTouch] = useState<Touch>(() => ({ state: 'connecting', since: Date.now(), reason: null }))
  const [log, setLog] = useState<readonly FlannelChange[]>([])
  const reloading = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)

  useEffect(() => {
    if (!live || !ready) return
    const { queryKey } = flannelPageQuery(cluster)
    const known = () => queries.getQueryData<FlannelAnswer>(queryKey)
    let after = known()?.token ?? ''
    let recent: FlannelNews[] = []
    let stream: EventSource | null = null
    let silence: ReturnType<typeof setTimeout> | undefined
    let timer: ReturnType<typeof setTimeout> | undefined

    const take = (news: FlannelNews) => {
      queries.setQueryData<FlannelAnswer>(queryKey, (answer) => (answer === undefined ? answer : applyNews(answer, news)))
    }
    const reload = () => {
      clearTimeout(reloading.current)
      reloading.current = setTimeout(() => {
        void queries.invalidateQueries({ queryKey, exact: true }).then(() => {
          // What was told while the answer was on its way.
          for (const news of recent) if ((compareTokens(news.token, known()?.token ?? null) ?? -1) > 0) take(news)
        })
      }, RELOAD_MS)
    }
    const lostServer = () =>
      setTouch((before) => (before.state === 'server' ? before : { state: 'server', since: Date.now(), reason: null }))
    const heard = () => {
      clearTimeout(silence)
      silence = setTimeout(() => {
        lostServer()
        reopen(0)
      }, SILENCE_MS)
    }
    const reopen = (ms: number) => {
      close()
      timer = setTimeout(open, ms)
    }
    const close = () => {
      clearTimeout(silence)
      clearTimeout(timer)
      stream?.close()
      stream = null
    }
    function open() {
      clearTimeout(timer)
      if (stream !== null || document.hidden) return
      stream = new EventSource(flannelChangesUrl(cluster, after))
      heard()
      stream.addEventListener('alive', heard)
      stream.addEventListener('news', ({ data }: MessageEvent<string>) => {
        heard()
        const news = JSON.parse(data) as FlannelNews
        if (news.token !== '') after = news.token
        recent = [...recent.slice(1 - MOST_NEWS), news]
        take(news)
        if (news.touch !== undefined) {
          const now = toTouch(news.touch)
          setTouch((before) => (before.state === 'server' && now.state === 'connecting' ? before : now))
        }
        const lines = news.log ?? []
        if (lines.length > 0)
          setLog((before) => {
            const seen = new Set(before.map(({ id }) => id))
            const fresh = lines.filter(({ id }) => !seen.has(id))
            return fresh.length === 0 ? before : [...before, ...fresh].sort((a, b) => a.id - b.id).slice(-MOST_LOG)
          })
        if (news.reload) reload()
      })
      stream.addEventListener('error', () => {
        lostServer()
        // The browser tries again by itself unless it was refused.
        if (stream?.readyState === EventSource.CLOSED) reopen(REOPEN_MS)
      })
    }
    const onVisible = () => {
      clearTimeout(timer)
      if (document.hidden) timer = setTimeout(close, HIDDEN_MS)
      else open()
    }
    open()
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      document.removeEventListener('visibilitychange', onVisible)
      clearTimeout(reloading.current)
      close()
    }
  }, [cluster, live, ready, queries])

  return { touch, log }
}
