// A v2 keyspace in memory: the test double.
import { AppError } from '../../problem.ts'
import { cancelled } from '../read-queue.ts'
import type { Availability, V2Change, V2Event, V2FirstEvent, V2Node, V2Read, V2Source, V2Status, WatchReply } from '../source.ts'
import { cleanPath, isOrRemoves } from '../v2-path.ts'
import { Bell } from './bell.ts'

export class MemoryV2Source implements V2Source {
  readonly kind = 'memory'
  readonly #nodes = new Map<string, V2Node>([['/', directory('/', 0n)]])
  readonly bell = new Bell()
  #index = 0n
  #history: V2Event[] = []
  #forgotten = 0n

  /** Sets a value and creates its directories; null creates an empty directory. `ttl` in seconds, with its end. */
  set(path: string, value: string | null, expires?: { ttl: bigint; expiration: string }): void {
    this.#index += 1n
    const before = this.#nodes.get(path) ?? null
    const parts = path.split('/').slice(1)
    for (let depth = 1; depth < parts.length; depth += 1) {
      const parent = `/${parts.slice(0, depth).join('/')}`
      if (!this.#nodes.has(parent)) this.#nodes.set(parent, directory(parent, this.#index))
    }
    this.#nodes.set(
      path,
      value === null
        ? directory(path, this.#index)
        : { ...directory(path, this.#index), directory: false, value, size: Buffer.byteLength(value), ...expires },
    )
    this.#tell('set', path, this.#nodes.get(path) ?? null, before)
  }

  /** Renews a TTL without reporting it, as etcd does. */
  refresh(path: string, expires: { ttl: bigint; expiration: string }): void {
    this.#index += 1n
    const before = this.#nodes.get(path)
    if (before !== undefined) this.#nodes.set(path, { ...before, modifiedIndex: this.#index, ...expires })
  }

  /** Removes a node and everything below it, like a delete or an expired TTL. */
  remove(path: string, action: 'delete' | 'expire' = 'delete'): void {
    this.#index += 1n
    const before = this.#nodes.get(path) ?? null
    for (const name of [...this.#nodes.keys()]) if (name === path || name.startsWith(`${path}/`)) this.#nodes.delete(name)
    this.#tell(action, path, null, before)
  }

  /** Drops all past events, as etcd does after a thousand others. */
  forget(): void {
    this.#history = []
    this.#forgotten = this.#index
  }

  #tell(action: string, path: string, node: V2Node | null, before: V2Node | null): void {
    this.#history.push({ action, index: this.#index, path, refresh: false, node, before })
    this.bell.ring()
  }

  async firstEvent({ path, from }: { path: string; from: bigint }): Promise<V2FirstEvent> {
    if (from <= this.#forgotten) return { oldest: this.#forgotten + 1n }
    return { event: this.#history.find((event) => event.index >= from && isOrRemoves(event, path)) ?? null }
  }

  async *watch({ path, after }: { path: string; after: bigint }, signal: AbortSignal): AsyncGenerator<WatchReply<V2Change>> {
    const clean = cleanPath(path)
    const below = clean === '/' ? '/' : `${clean}/`
    this.bell.check()
    let at = after
    yield { kind: 'changes', at, changes: [] }
    for (;;) {
      if (signal.aborted) throw cancelled()
      if (at < this.#forgotten) {
        at = this.#index
        yield { kind: 'gap', at }
      }
      const changes: V2Change[] = this.#history.filter((one) => one.index > at && (one.path === clean || one.path.startsWith(below)))
      at = this.#index
      if (changes.length > 0) yield { kind: 'changes', at, changes }
      else await this.bell.wait(signal)
    }
  }

  async availability(): Promise<Availability> {
    return { available: true, says: null }
  }

  async node(path: string): Promise<V2Read> {
    const clean = cleanPath(path)
    const node = this.#nodes.get(clean)
    if (node === undefined)
      throw new AppError('KEY_NOT_FOUND', { code: 'v2-key-missing', params: { path: clean } }, { currentRevision: this.#index })
    const below = clean === '/' ? '/' : `${clean}/`
    const children = [...this.#nodes.values()]
      .filter((child) => child.path !== '/' && child.path.startsWith(below) && !child.path.slice(below.length).includes('/'))
      .filter((child) => !child.path.slice(below.length).startsWith('_'))
      .sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
    return { index: this.#index, raftIndex: null, raftTerm: null, node, children: node.directory ? children : null }
  }

  async status(): Promise<V2Status> {
    return { index: this.#index }
  }

  async close(): Promise<void> {}
}

function directory(path: string, index: bigint): V2Node {
  return { path, directory: true, value: null, size: null, ttl: null, expiration: null, createdIndex: index, modifiedIndex: index }
}
