// A v2 keyspace in memory: the test double.
import { AppError } from '../../problem.ts'
import type { Availability, V2Node, V2Read, V2Source, V2Status } from '../source.ts'
import { cleanPath } from '../v2-path.ts'

export class MemoryV2Source implements V2Source {
  readonly kind = 'memory'
  readonly #nodes = new Map<string, V2Node>([['/', directory('/', 0n)]])
  #index = 0n

  /** Sets a value, making its directories; null makes an empty directory. */
  set(path: string, value: string | null): void {
    this.#index += 1n
    const parts = path.split('/').slice(1)
    for (let depth = 1; depth < parts.length; depth += 1) {
      const parent = `/${parts.slice(0, depth).join('/')}`
      if (!this.#nodes.has(parent)) this.#nodes.set(parent, directory(parent, this.#index))
    }
    this.#nodes.set(
      path,
      value === null
        ? directory(path, this.#index)
        : { ...directory(path, this.#index), directory: false, value, size: Buffer.byteLength(value) },
    )
  }

  async availability(): Promise<Availability> {
    return { available: true, reason: null }
  }

  async node(path: string): Promise<V2Read> {
    const clean = cleanPath(path)
    const node = this.#nodes.get(clean)
    if (node === undefined) throw new AppError('KEY_NOT_FOUND', `There is no v2 key ${clean}.`)
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
