// Which registries each configured cluster holds: the prefix that its pages read, and every further registry as a cluster of its own.
import type { ClusterRegistry } from '@registree/contract'
import { type Cluster, viewOf } from '../clusters/cluster.ts'
import { isAppError } from '../problem.ts'
import { kubernetesRoot } from '../values/stored-objects.ts'
import { findRegistries, holdsAnything, type RegistryLook } from './find-registries.ts'

/** How long a request waits for a look that has not ended; it is short where etcd answers. */
const PATIENCE_MS = 2000
/** A look that takes longer is given up. */
const LONGEST_MS = 15_000
/** How soon it is checked again whether something is still stored below the prefixes, for those who ask for the clusters. */
const CHECK_AGAIN_MS = 2000
/** When to look again, by what the last look has told. */
const AGAIN_MS = { failed: 5_000, empty: 30_000, found: 600_000 }

interface Known {
  configured: Cluster
  /** Null before the first look has ended. */
  state: State | null
  /** Set while a look goes on. */
  looking: Promise<void> | null
  /** Milliseconds since 1970. */
  lookAgainAt: number
  /** When the prefixes were last read. */
  checkedAt: number
  /** The epoch of the last look: in another one the etcd may hold other registries. */
  epoch: string
}

interface State {
  chosen: ClusterRegistry['chosen']
  /** Whether anything is stored below each prefix that is read. */
  holds: ReadonlyMap<string, boolean>
  look: RegistryLook | null
}

/**
 * The clusters of the server by their names. A configured cluster keeps its name for the prefix that is read: the one that was named, else
 * `/registry`, else the only other one that holds a Kubernetes cluster. What else is found gets `name.prefix` for a name, so that every page
 * and link works for it; it has the same etcd, and the keys of the same encryption configuration.
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
   * Waits until it is known which registries a cluster has, or etcd does not say so in time. Does not reject.
   * @param name of a configured cluster, or of a registry of one: also of one that has not been found yet
   */
  async settle(name: string): Promise<void> {
    const own = [...this.#known.values()].filter(({ configured }) => name === configured.name || name.startsWith(`${configured.name}.`))
    await Promise.all(own.map((known) => this.#look(known)))
  }

  /**
   * Waits as {@link settle} does, for all clusters, and checks by a few small reads that each registry is still where it was. A registry that
   * has moved is looked for before this resolves, if etcd answers in time.
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

  /** What is known of where a cluster's objects are. */
  registryOf({ name, configured, kubernetesPrefix, opened }: Cluster): ClusterRegistry {
    // Of two clusters nothing is read: what was found in one of them says nothing about the one that was meant.
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

  /** Looks if it is time to. Only the first look is waited for: what a later one finds is there with the next request of a page. */
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

  /** Looks again if a prefix that held something now holds nothing, or the other way round. A file does not change. */
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

  /** The prefixes that are read for a configured cluster and its further registries. */
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
      // Who named a prefix that holds something wants to see that, and no other.
      if (!(prefixGiven && holds)) look = await findRegistries(configured, !holds, signal)
      again = look?.failed ? 'failed' : holds || look?.found.some(({ keyspace }) => keyspace === 'v3') ? 'found' : 'empty'
    } catch {
      // Whatever it was, the page that is asked for meets it too, and says what is wrong.
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
    // A link that was made with one prefix must not come to mean another.
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

/** Waits for a reading, but not longer than a request should. */
async function inTime(reading: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS)
  })
  await Promise.race([reading, patience])
  clearTimeout(timer)
}

/** `/kubernetes.io`, as the API server spells it, without a slash at its end. */
const prefixOf = (cluster: Pick<Cluster, 'kubernetesPrefix'>): string => kubernetesRoot(cluster).slice(0, -1)
