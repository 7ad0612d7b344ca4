// The one stream of events of this tab: whether the cluster's etcd answers, and what a page follows beside that. It is open while somebody looks.
import type { EventsQuery, Health } from '@registree/contract'
import { useEffect, useSyncExternalStore } from 'react'
import { hearEpoch } from './epochs.ts'

/** A topic that a page follows beside the health: the name of its event and of its parameter. */
type Topic = keyof EventsQuery

interface TopicFollower {
  /** The token of what the page has, with which the stream goes on. */
  after: () => string
  take: (data: unknown) => void
}

/** What is known of the connection: nothing yet, that Registree itself is silent (since when, ms since 1970), or what it says of etcd. */
export type Connection = { kind: 'connecting' } | { kind: 'server-lost'; since: number } | { kind: 'health'; health: Health }

/** The server says something every 15 s. */
const SILENCE_MS = 40_000
/** A page that nobody looks at leaves the stream, but not for a glance elsewhere; a browser has six connections to a server for all its tabs. */
const HIDDEN_MS = 3000
const REOPEN_MS = 3000

class ClusterEvents {
  #cluster: string | null = null
  #stream: EventSource | null = null
  #connection: Connection = CONNECTING
  #silence: ReturnType<typeof setTimeout> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #topics = new Map<Topic, TopicFollower>()
  readonly #listeners = new Set<() => void>()
  /** Tells the other tabs that this one is looked at now. */
  readonly #tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('registree-visible')

  constructor() {
    if (typeof document === 'undefined') return
    document.addEventListener('visibilitychange', () => this.#onVisible())
    // A page that comes back out of the browser's cache is as old as when it went there.
    window.addEventListener('pagehide', () => this.#leave())
    window.addEventListener('pageshow', ({ persisted }) => {
      if (persisted) this.#open()
    })
    this.#tabs?.addEventListener('message', () => {
      if (document.hidden) this.#leave()
    })
  }

  /** Null where there is nothing to follow. */
  setCluster(cluster: string | null): void {
    if (cluster === this.#cluster) return
    this.#leave()
    this.#cluster = cluster
    this.#open()
  }

  follow(topic: Topic, follower: TopicFollower): () => void {
    this.#topics.set(topic, follower)
    this.#reopen(0)
    return () => {
      if (this.#topics.get(topic) !== follower) return
      this.#topics.delete(topic)
      this.#reopen(0)
    }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  readonly connection = (): Connection => this.#connection

  #open(): void {
    clearTimeout(this.#timer)
    if (this.#cluster === null || this.#stream !== null || document.hidden) return
    const cluster = this.#cluster
    const query = [...this.#topics].map(([topic, { after }]) => `${topic}=${encodeURIComponent(after())}`).join('&')
    const stream = new EventSource(`/api/v1/clusters/${cluster}/events${query === '' ? '' : `?${query}`}`)
    this.#stream = stream
    this.#heard()
    stream.addEventListener('alive', () => this.#heard())
    stream.addEventListener('health', ({ data }: MessageEvent<string>) => {
      this.#heard()
      const health = JSON.parse(data) as Health
      hearEpoch(cluster, health.epoch)
      this.#set({ kind: 'health', health })
    })
    for (const [topic, { take }] of this.#topics)
      stream.addEventListener(topic, ({ data }: MessageEvent<string>) => {
        this.#heard()
        take(JSON.parse(data))
      })
    stream.addEventListener('error', () => {
      this.#lost()
      // The browser tries again by itself unless it was refused.
      if (stream.readyState === EventSource.CLOSED) this.#reopen(REOPEN_MS)
    })
  }

  #close(): void {
    clearTimeout(this.#silence)
    clearTimeout(this.#timer)
    this.#stream?.close()
    this.#stream = null
  }

  #reopen(ms: number): void {
    this.#close()
    this.#timer = setTimeout(() => this.#open(), ms)
  }

  /** Nothing is known any more: nobody listens. */
  #leave(): void {
    this.#close()
    this.#set(CONNECTING)
  }

  #heard(): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => {
      this.#lost()
      this.#reopen(0)
    }, SILENCE_MS)
  }

  #lost(): void {
    if (this.#connection.kind !== 'server-lost') this.#set({ kind: 'server-lost', since: Date.now() })
  }

  #onVisible(): void {
    clearTimeout(this.#timer)
    if (document.hidden) {
      this.#timer = setTimeout(() => this.#leave(), HIDDEN_MS)
      return
    }
    this.#tabs?.postMessage(null)
    this.#open()
  }

  #set(connection: Connection): void {
    if (connection === this.#connection) return
    this.#connection = connection
    for (const listener of [...this.#listeners]) listener()
  }
}

const CONNECTING: Connection = { kind: 'connecting' }

export const clusterEvents = new ClusterEvents()

/** What is known of the connection to the cluster that the page is about. */
export const useConnection = (): Connection => useSyncExternalStore(clusterEvents.subscribe, clusterEvents.connection)

/** Follows a cluster while the component is there; null follows none. For the frame. */
export function useClusterEvents(cluster: string | null): void {
  useEffect(() => clusterEvents.setCluster(cluster), [cluster])
}
