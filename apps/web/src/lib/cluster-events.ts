// This tab's one event stream: the health of the cluster's etcd, and what the page follows. Open while the page is visible.
import type { EventsQuery, Health } from '@registree/contract'
import { useEffect, useSyncExternalStore } from 'react'
import { hearEpoch } from './epochs.ts'
import { wordsFor } from './words.ts'

/** A topic that a page follows besides health: the name of its event and of its parameter. */
type Topic = keyof Pick<EventsQuery, 'flannel' | 'table' | 'object' | 'node' | 'registry'>

interface TopicFollower {
  /** The token of the page's data, from which the stream continues. */
  after: () => string
  /** Further parameters. */
  parameters?: () => Readonly<Record<string, string>>
  take: (data: unknown) => void
}

/** The connection: unknown yet, Registree itself is silent (since when, in ms since 1970), or its report about etcd. */
export type Connection = { kind: 'connecting' } | { kind: 'server-lost'; since: number } | { kind: 'health'; health: Health }

/** The server sends something every 15 s. */
const SILENCE_MS = 40_000
/** A hidden page leaves the stream, but not for a glance elsewhere: a browser has six connections to a server for all its tabs. */
const HIDDEN_MS = 3000
const REOPEN_MS = 3000

class ClusterEvents {
  #cluster: string | null = null
  #stream: EventSource | null = null
  #connection: Connection = CONNECTING
  /** How often the connection was lost. */
  #losses = 0
  #silence: ReturnType<typeof setTimeout> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #topics = new Map<Topic, TopicFollower>()
  readonly #listeners = new Set<() => void>()
  /** Tells the other tabs that this one is now visible. */
  readonly #tabs = typeof document === 'undefined' ? null : new BroadcastChannel('registree-visible')

  constructor() {
    if (typeof document === 'undefined') return
    document.addEventListener('visibilitychange', () => this.#onVisible())
    // A page restored from the browser's cache is as old as when it was stored.
    window.addEventListener('pagehide', () => this.#leave())
    window.addEventListener('pageshow', ({ persisted }) => {
      if (persisted) this.#open()
    })
    this.#tabs?.addEventListener('message', () => {
      if (document.hidden) this.#leave()
    })
  }

  /** Null if there is nothing to follow. */
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

  readonly cluster = (): string | null => this.#cluster

  #open(): void {
    clearTimeout(this.#timer)
    if (this.#cluster === null || this.#stream !== null || document.hidden) return
    const cluster = this.#cluster
    const query = [...this.#topics]
      .flatMap(([topic, { after, parameters }]) => Object.entries({ [topic]: after(), ...parameters?.() }))
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&')
    // In order, whatever has to be loaded to say one of them.
    let before: Promise<void> | null = null
    const inTurn = (data: string, take: () => void) => {
      const words = wordsFor(data)
      if (before === null && words === null) return take()
      const turn: Promise<void> = Promise.all([before, words])
        .then(() => {
          if (this.#stream === stream) take()
        })
        // Those that come after it are taken all the same.
        .catch((error: unknown) => reportError(error))
        .finally(() => {
          if (before === turn) before = null
        })
      before = turn
    }
    const stream = new EventSource(`/api/v1/clusters/${cluster}/events${query === '' ? '' : `?${query}`}`)
    this.#stream = stream
    this.#heard()
    stream.addEventListener('alive', () => this.#heard())
    stream.addEventListener('health', ({ data }: MessageEvent<string>) => {
      this.#heard()
      const losses = this.#losses
      inTurn(data, () => {
        // Lost while it waited for its words: no news any more.
        if (losses !== this.#losses) return
        const health = JSON.parse(data) as Health
        hearEpoch(cluster, health.epoch)
        this.#set({ kind: 'health', health })
      })
    })
    for (const [topic, { take }] of this.#topics)
      stream.addEventListener(topic, ({ data }: MessageEvent<string>) => {
        this.#heard()
        inTurn(data, () => take(JSON.parse(data)))
      })
    stream.addEventListener('error', () => {
      this.#lost()
      // The browser reconnects by itself unless it was refused.
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

  /** Nothing is known any more, as nobody listens. */
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
    this.#losses++
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

/** The connection to the current page's cluster. */
export const useConnection = (): Connection =>
  useSyncExternalStore(clusterEvents.subscribe, clusterEvents.connection, clusterEvents.connection)

/** Follows a cluster while the component is mounted; null follows none. For the frame. */
export function useClusterEvents(cluster: string | null): void {
  useEffect(() => clusterEvents.setCluster(cluster), [cluster])
}
