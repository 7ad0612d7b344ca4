// The registries of each configured cluster: the prefix that its pages read, and every further registry as its own cluster.
import type { ClusterRegistry } from '@registree/contract'
import { type Cluster, viewOf } from '../clusters/cluster.ts'
import { isAppError } from '../problem.ts'
import { kubernetesRoot } from '../values/stored-objects.ts'
import { findRegistries, holdsAnything, type RegistryLook } from './find-registries.ts'

/** How long a request waits for a running search; it is short if etcd answers. */
const PATIENCE_MS = 2000
/** A search that takes longer is cancelled. */
const LONGEST_MS = 15_000
/** Interval between checks that the prefixes still hold something, for requests that list the clusters. */
const CHECK_AGAIN_MS = 2000
/** When to search again, by the last search's result. */
const AGAIN_MS = { failed: 5_000, empty: 30_000, found: 600_000 }

interface Known {
  configured: Cluster
  /** Null before the first search has ended. */
  state: State | null
  /** Set during a search. */
  looking: Promise<void> | null
  /** Milliseconds since 1970. */
  lookAgainAt: number
  /** When the prefixes were last read. */
  checkedAt: number
  /** The epoch of the last search: in another one etcd may hold other registries. */
  epoch: string
}

interface State {
  chosen: ClusterRegistry['chosen']
  /** Whether anything is stored below each prefix in use. */
  holds: ReadonlyMap<string, boolean>
  look: RegistryLook | null
}

/**
 * The server's clusters by name. A configured cluster keeps its name for the prefix it reads: the configured one, else `/registry`, else the only
 * other one with a Kubernetes cluster. Everything else found is named `name.prefix`, so that every page and link works for it; it shares the etcd and
 * the encryption configuration.
 */
export class Registries {
  readonly clusters: Map<string, Cluster>
  readonly #known = new Map<string, Known>()
  readonly #now: () => number

  constructor(configured: ReadonlyMap<string, Cluster>, now: () => number = Date.now) {
    this.clusters = new Map(configured)
    this.#now = now
    for (const cluster of configured.values())
      this.#known.set(cluster.name, { configured: cluster, state: null, looking: null, lookAgainAt: 0, checkedAt: 0, epoch: '' })
  }

  /**
   * Waits until a cluster's registries are known, or etcd takes too long. Does not reject.
   * @param name of a configured cluster, or of one of its registries, even if not found yet
   */
  async settle(name: string): Promise<void> {
    const own = [...this.#known.values()].filter(({ configured }) => name === configured.name || name.startsWith(`${configured.name}.`))
    await Promise.all(own.map((known) => this.#look(known)))
  }

  /**
   * Waits like {@link settle}, for all clusters, and checks by a few small reads that each registry is still in place. If etcd answers in time, one
   * that has moved is searched for before this resolves.
   */
  async settleAll(): Promise<void> {
    await Promise.all(
      [...this.#known.values()].map(async (known) => {
        await this.#look(known)
        await inTime(this.#check(known))
      }),
    )
  }

  /** All clusters, each followed by its further registries. */
  list(): Cluster[] {
    const all = [...this.clusters.values()]
    return [...this.#known.keys()].flatMap((name) => all.filter((cluster) => cluster.configured === name))
  }

  /** What is known about where a cluster's objects are. */
  registryOf({ name, configured, kubernetesPrefix, opened }: Cluster): ClusterRegistry {
    // Nothing is read from two clusters: what was found in one says nothing about the intended one.
    const state = opened.identity.mixed ? null : (this.#known.get(configured)?.state ?? null)
    const prefixes = new Map<string, string>()
    for (const cluster of this.clusters.values()) if (cluster.configured === configured) prefixes.set(prefixOf(cluster), cluster.name)
    const others = (state?.look?.found ?? []).map(({ keyspace, prefix, holds }) => ({
      keyspace,
      prefix,
      holds,
      cluster: keyspace === 'v3' ? (prefixes.get(prefix) ?? null) : null,
    }))
    return {
      chosen: name === configured ? (state?.chosen ?? 'default') : 'found',
      holds: state?.holds.get(prefixOf({ kubernetesPrefix })) ?? null,
      looked: state?.look?.looked ?? null,
      others: others.filter(({ cluster }) => cluster !== name),
    }
  }

  /** Searches when it is time to. Only the first search is waited for; later results are used by a page's next request. */
  async #look(known: Known): Promise<void> {
    const { epoch } = known.configured.opened.identity
    if (known.looking === null && (this.#now() >= known.lookAgainAt || known.epoch !== epoch)) {
      known.epoch = epoch
      known.looking = this.#lookNow(known).finally(() => {
        known.looking = null
      })
    }
    if (known.state !== null || known.looking === null) return
    await inTime(known.looking)
  }

  /** Searches again if a prefix became empty or stopped being empty. A file does not change. */
  async #check(known: Known): Promise<void> {
    const { configured, state } = known
    if (state === null || configured.opened.source === 'file') return
    if (known.looking === null && this.#now() >= known.checkedAt + CHECK_AGAIN_MS) {
      known.checkedAt = this.#now()
      const prefixes = this.#prefixesOf(configured)
      known.looking = this.#held(configured, prefixes, AbortSignal.timeout(LONGEST_MS))
        .then(
          async (held) => {
            if (prefixes.some((prefix) => held.get(prefix) !== state.holds.get(prefix))) await this.#lookNow(known)
          },
          () => {},
        )
        .finally(() => {
          known.looking = null
        })
    }
    await known.looking
  }

  /** The prefixes in use for a configured cluster and its further registries. */
  #prefixesOf({ name }: Cluster): string[] {
    return [...this.clusters.values()].filter(({ configured }) => configured === name).map(prefixOf)
  }

  /** Whether each prefix holds anything. */
  async #held(cluster: Cluster, prefixes: readonly string[], signal: AbortSignal): Promise<Map<string, boolean>> {
    const held = new Map<string, boolean>()
    for (const prefix of prefixes) {
      const holds = await holdsAnything(cluster, prefix, signal).catch((error: unknown) => {
        if (isAppError(error, 'KEYSPACE_UNAVAILABLE')) return false
        throw error
      })
      held.set(prefix, holds)
    }
    return held
  }

  async #lookNow(known: Known): Promise<void> {
    const { configured } = known
    const { prefixGiven } = configured
    const prefix = prefixOf(this.clusters.get(configured.name) ?? configured)
    const signal = AbortSignal.timeout(LONGEST_MS)
    let held: Map<string, boolean> | null = null
    let look: RegistryLook | null = null
    let again: keyof typeof AGAIN_MS = 'failed'
    try {
      held = await this.#held(configured, this.#prefixesOf(configured), signal)
      const holds = held.get(prefix) ?? false
      // A configured prefix that holds something is the only one used.
      if (!(prefixGiven && holds)) look = await findRegistries(configured, !holds, signal)
      again = look?.failed ? 'failed' : holds || look?.found.some(({ keyspace }) => keyspace === 'v3') ? 'found' : 'empty'
    } catch {
      // The requested page will meet the same error and report it.
    } finally {
      known.lookAgainAt = this.#now() + AGAIN_MS[again]
    }
    if (held === null) return
    known.checkedAt = this.#now()
    this.#take(known, prefix, held, look)
  }

  #take(known: Known, prefix: string, held: Map<string, boolean>, look: RegistryLook | null): void {
    const { configured, state } = known
    const holds = held.get(prefix) ?? false
    const found = (look?.found ?? []).filter((one) => one.keyspace === 'v3' && one.prefix !== prefix)
    const whole = found.filter(({ kubernetes }) => kubernetes)
    const chosen = configured.prefixGiven ? 'given' : !holds && whole.length === 1 && whole[0] ? 'found' : 'default'
    // A link made with one prefix must not change its meaning.
    if (state === null && chosen === 'found') {
      const kubernetesPrefix = whole[0]?.prefix ?? prefix
      this.clusters.set(configured.name, viewOf(configured, { kubernetesPrefix }))
      held.set(kubernetesPrefix, true)
    }
    for (const one of found) held.set(one.prefix, true)
    known.state = { chosen: state?.chosen ?? chosen, holds: held, look: look ?? state?.look ?? null }
    const own = [...this.clusters.values()].filter((one) => one.configured === configured.name)
    const read = new Set(own.map(prefixOf))
    for (const one of found) {
      if (read.has(one.prefix)) continue
      const name = this.#nameFor(configured.name, one.prefix)
      this.clusters.set(name, viewOf(configured, { name, title: `${configured.title} · ${one.prefix}`, kubernetesPrefix: one.prefix }))
    }
  }

  /** `default.openshift.io`: the same after every start. */
  #nameFor(configured: string, prefix: string): string {
    const name = `${configured}.${prefix
      .slice(1)
      .toLowerCase()
      .replaceAll('/', '.')
      .replace(/[^a-z0-9._-]+/g, '-')}`
    let own = name
    for (let number = 2; this.clusters.has(own); number += 1) own = `${name}-${number}`
    return own
  }
}

/** Waits for a reading, but no longer than a request should. */
async function inTime(reading: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS)
  })
  await Promise.race([reading, patience])
  clearTimeout(timer)
}

/** `/kubernetes.io`, as in the API server's flag, without a trailing slash. */
const prefixOf = (cluster: Pick<Cluster, 'kubernetesPrefix'>): string => kubernetesRoot(cluster).slice(0, -1)
