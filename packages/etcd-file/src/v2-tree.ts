// etcd's v2 store in memory: a tree of directories and values with an index, changed by etcd's rules.
// Source: etcd server/etcdserver/api/v2store/{store,node,event_history}.go.
import { type FileMessage, plain } from './file-messages.ts'
import { formatGoTime, parseGoTime } from './go-time.ts'

/** Limits of the kept changes: a log may hold many, and all of their values. */
export type EventLimits = { events: number; characters: number }
const EVENT_LIMITS: EventLimits = { events: 200_000, characters: 32 * 1024 * 1024 }
/** 2000-01-01: etcd considers an earlier expiry a mistake and makes the node permanent. */
const EARLIEST_EXPIRY = 946_684_800n * 1_000_000_000n

/** A stored node. `value` is null in a directory, `children` in a file; `expires` in nanoseconds since 1970, null if permanent. */
export type StoredNode = {
  name: string
  parent: StoredNode | null
  created: bigint
  modified: bigint
  expires: bigint | null
  value: string | null
  children: Map<string, StoredNode> | null
}

/** What a node held at one time; see {@link StoredNode}. */
export type StoredState = { created: bigint; modified: bigint; expires: bigint | null; directory: boolean; value: string | null }

/** A change. Paths as stored (`/1/…` are keys, `/0/…` the cluster's own). */
export type StoredEvent = {
  action: string
  path: string
  index: bigint
  /** Only the expiry was renewed: watches of etcd do not report it. */
  refresh: boolean
  /** Null if the node is gone. */
  node: StoredState | null
  /** Null if there was none. */
  before: StoredState | null
  /** A removed directory with everything that was in it; absent where that is not known. */
  removed?: StoredNode
  /** Characters that the event holds, if more than its own. */
  characters?: number
}

/** Why a change was rejected, with etcd's code. A rejected change leaves the store unchanged. */
export type Refusal = { code: number; message: string }

export type ExpiryOptions = { expires: bigint | null; refresh: boolean }

const REFUSALS = {
  100: 'Key not found',
  101: 'Compare failed',
  102: 'Not a file',
  104: 'Not a directory',
  105: 'Key already exists',
  107: 'Root is read only',
  108: 'Directory not empty',
} as const

function refuse(code: keyof typeof REFUSALS): Refusal {
  return { code, message: REFUSALS[code] }
}

/** A path's segments like Go's path.Clean: empty ones and `.` are dropped, `..` removes its parent. */
export function pathParts(path: string): string[] {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts
}

export function nodePath(node: StoredNode): string {
  const names: string[] = []
  for (let at: StoredNode | null = node; at?.parent; at = at.parent) names.unshift(at.name)
  return `/${names.join('/')}`
}

export class V2Tree {
  root: StoredNode
  index = 0n
  /** The last changes, oldest first: all after `eventsAfter`. */
  events: StoredEvent[] = []
  eventsAfter = 0n
  private eventCharacters = 0
  private readonly limits: EventLimits
  private readonly expiring = new Set<StoredNode>()
  /** The earliest expiry, so that a clock tick without expiries costs nothing; null: must be searched. */
  private soonest: bigint | null = null

  /** An empty store, as in a new member. */
  constructor(limits: EventLimits = EVENT_LIMITS) {
    this.limits = limits
    this.root = newNode('', null, 0n, null, null, new Map())
    for (const name of ['0', '1']) this.root.children?.set(name, newNode(name, this.root, 0n, null, null, new Map()))
  }

  /** Adds a node from a snapshot to its parent. */
  adopt(node: StoredNode): void {
    node.parent?.children?.set(node.name, node)
    if (node.expires !== null) this.watchExpiry(node)
  }

  find(path: string): StoredNode | Refusal {
    let node = this.root
    for (const part of pathParts(path)) {
      if (!node.children) return refuse(104)
      const child = node.children.get(part)
      if (!child) return refuse(100)
      node = child
    }
    return node
  }

  set(path: string, directory: boolean, value: string, options: ExpiryOptions): Refusal | null {
    const before = this.find(path)
    if ('code' in before && before.code !== 100) return before
    if (options.refresh && 'code' in before) return before
    const kept = options.refresh && !('code' in before) ? (before.value ?? '') : value
    return this.put('set', pathParts(path), directory, kept, true, options)
  }

  create(path: string, directory: boolean, value: string, unique: boolean, options: ExpiryOptions): Refusal | null {
    const parts = pathParts(path)
    if (unique) parts.push((this.index + 1n).toString().padStart(20, '0'))
    return this.put('create', parts, directory, value, false, options)
  }

  private put(
    action: string,
    parts: string[],
    directory: boolean,
    value: string,
    replace: boolean,
    options: ExpiryOptions,
  ): Refusal | null {
    if (isReadOnly(parts)) return refuse(107)
    const index = this.index + 1n
    const expires = options.expires !== null && options.expires < EARLIEST_EXPIRY ? null : options.expires
    let parent = this.root
    for (const part of parts.slice(0, -1)) {
      let next = parent.children?.get(part)
      if (!next) {
        next = newNode(part, parent, index, null, null, new Map())
        parent.children?.set(part, next)
      }
      if (!next.children) return refuse(104)
      parent = next
    }
    const name = parts.at(-1) as string
    const before = parent.children?.get(name)
    if (before) {
      if (!replace) return refuse(105)
      if (before.children) return refuse(102)
      this.remove(before)
    }
    const node = newNode(name, parent, index, expires, directory ? null : value, directory ? new Map() : null)
    this.adopt(node)
    this.index = index
    this.note(action, node, before === undefined ? null : stateOf(before), options.refresh)
    return null
  }

  update(path: string, value: string, options: ExpiryOptions): Refusal | null {
    if (isReadOnly(pathParts(path))) return refuse(107)
    const node = this.find(path)
    if ('code' in node) return node
    if (node.children && value !== '') return refuse(102)
    return this.overwrite('update', node, value, options)
  }

  compareAndSwap(path: string, previousValue: string, previousIndex: bigint, value: string, options: ExpiryOptions): Refusal | null {
    if (isReadOnly(pathParts(path))) return refuse(107)
    const node = this.find(path)
    if ('code' in node) return node
    if (node.children) return refuse(102)
    if (!matches(node, previousValue, previousIndex)) return refuse(101)
    return this.overwrite('compareAndSwap', node, value, options)
  }

  private overwrite(action: string, node: StoredNode, value: string, options: ExpiryOptions): null {
    const before = stateOf(node)
    this.index++
    // For a directory only the expiry changes: etcd (3.4.23, tested) counts the change but keeps its modified index.
    if (!node.children) {
      if (!options.refresh) node.value = value
      node.modified = this.index
    }
    node.expires = options.expires
    if (node.expires === null) this.expiring.delete(node)
    else this.watchExpiry(node)
    this.note(action, node, before, options.refresh)
    return null
  }

  delete(path: string, directory: boolean, recursive: boolean): Refusal | null {
    if (isReadOnly(pathParts(path))) return refuse(107)
    const node = this.find(path)
    if ('code' in node) return node
    if (node.children) {
      if (!directory && !recursive) return refuse(102)
      if (node.children.size > 0 && !recursive) return refuse(108)
    }
    this.take('delete', node)
    return null
  }

  compareAndDelete(path: string, previousValue: string, previousIndex: bigint): Refusal | null {
    const node = this.find(path)
    if ('code' in node) return node
    if (node.children) return refuse(102)
    if (!matches(node, previousValue, previousIndex)) return refuse(101)
    this.take('compareAndDelete', node)
    return null
  }

  /** Advances the leader's clock to `now` (nanoseconds) and removes expired nodes, earliest first. */
  expire(now: bigint): void {
    while (this.expiring.size > 0) {
      if (this.soonest === null) {
        for (const node of this.expiring) {
          if (this.soonest === null || (node.expires as bigint) < this.soonest) this.soonest = node.expires
        }
      }
      if (this.soonest === null || this.soonest > now) return
      const due = this.soonest
      for (const node of this.expiring) {
        if (node.expires === due) {
          this.take('expire', node)
          break
        }
      }
      this.soonest = null
    }
  }

  private take(action: string, node: StoredNode): void {
    this.index++
    this.note(action, node, stateOf(node), false)
    // Nothing changes what is not in the tree any more: it is kept as it was.
    this.remove(node)
  }

  private remove(node: StoredNode): void {
    node.parent?.children?.delete(node.name)
    const gone = [node]
    for (let next = gone.pop(); next; next = gone.pop()) {
      this.expiring.delete(next)
      if (next.children) for (const child of next.children.values()) gone.push(child)
    }
  }

  private watchExpiry(node: StoredNode): void {
    this.expiring.add(node)
    this.soonest = null
  }

  private note(action: string, node: StoredNode, before: StoredState | null, refresh: boolean): void {
    const removed = action === 'delete' || action === 'compareAndDelete' || action === 'expire'
    const event = { action, path: nodePath(node), index: this.index, refresh, node: removed ? null : stateOf(node), before }
    if (removed && node.children !== null) this.keep({ ...event, removed: node, characters: charactersBelow(node) })
    else this.keep(event)
  }

  /** The first index whose tree is known: everything after it can be undone. */
  get knownFrom(): bigint {
    let from = this.eventsAfter
    for (const event of this.events) if (!canBeUndone(event)) from = event.index
    return from
  }

  /** A copy of the tree as it was at an index, from {@link knownFrom} to the newest; it has no events. */
  at(index: bigint): V2Tree {
    const past = new V2Tree(this.limits)
    past.root = copyOf(this.root, null)
    past.index = index
    past.eventsAfter = index
    for (let i = this.events.length - 1; i >= 0; i--) {
      const event = this.events[i] as StoredEvent
      if (event.index <= index) break
      undo(past.root, event)
    }
    // Directories are made for the keys in them, without an event of their own.
    removeCreatedAfter(past.root, index)
    return past
  }

  /** Adds the newest change. The oldest ones are dropped from time to time instead of always. */
  keep(event: StoredEvent): void {
    this.events.push(event)
    this.eventCharacters += charactersOf(event)
    const { events, characters } = this.limits
    if (this.events.length <= events && this.eventCharacters <= characters) return
    let dropped = 0
    while (this.events.length - dropped > events * 0.75 || this.eventCharacters > characters * 0.75) {
      const oldest = this.events[dropped]
      if (oldest === undefined) break
      this.eventCharacters -= charactersOf(oldest)
      this.eventsAfter = oldest.index
      dropped++
    }
    this.events = this.events.slice(dropped)
  }
}

/** A value before a change is the same text as the one after the change before it. */
const charactersOf = ({ path, node, characters = 0 }: StoredEvent): number => path.length + (node?.value?.length ?? 0) + characters

/** Approximate size of a node in memory without its texts, in characters. */
const NODE_CHARACTERS = 100

function charactersBelow(node: StoredNode): number {
  let characters = 0
  for (const one of nodesBelow(node)) characters += one.name.length + (one.value?.length ?? 0) + NODE_CHARACTERS
  return characters
}

/** The node and all below it, each before what is in it. Without recursion: a hostile file may nest deeper than calls can. */
function* nodesBelow(node: StoredNode): Generator<StoredNode, void> {
  const todo = [node]
  for (let next = todo.pop(); next; next = todo.pop()) {
    yield next
    if (next.children) todo.push(...next.children.values())
  }
}

/** Events of a snapshot do not tell what was in a directory that was removed, and a damaged one may not tell what was removed. */
const canBeUndone = ({ node, before, removed }: StoredEvent): boolean =>
  node !== null || (before !== null && (!before.directory || removed !== undefined))

function copyOf(node: StoredNode, parent: StoredNode | null): StoredNode {
  const copies = new Map<StoredNode, StoredNode>()
  for (const one of nodesBelow(node)) {
    const above = one === node ? parent : (copies.get(one.parent as StoredNode) as StoredNode)
    const copy = { ...one, parent: above, children: one.children && new Map() }
    copies.set(one, copy)
    if (one !== node) above?.children?.set(copy.name, copy)
  }
  return copies.get(node) as StoredNode
}

/** Takes a change back, of a tree as it was after it. */
function undo(root: StoredNode, { path, node, before, removed }: StoredEvent): void {
  const parts = pathParts(path)
  const name = parts.pop() ?? ''
  let parent: StoredNode | undefined = root
  for (const part of parts) parent = parent?.children?.get(part)
  if (parent?.children == null) return
  const there = parent.children.get(name)
  if (before === null) parent.children.delete(name)
  else if (removed !== undefined) parent.children.set(name, copyOf(removed, parent))
  else if (node?.directory && before.directory && there !== undefined)
    Object.assign(there, { modified: before.modified, expires: before.expires })
  else {
    const { directory, ...state } = before
    parent.children.set(name, { name, parent, ...state, children: directory ? new Map() : null })
  }
}

function removeCreatedAfter(root: StoredNode, index: bigint): void {
  const todo = [root]
  for (let next = todo.pop(); next; next = todo.pop()) {
    for (const child of next.children?.values() ?? []) {
      if (child.created > index) next.children?.delete(child.name)
      else if (child.children) todo.push(child)
    }
  }
}

function stateOf({ created, modified, expires, value, children }: StoredNode): StoredState {
  return { created, modified, expires, directory: children !== null, value }
}

function isReadOnly(parts: string[]): boolean {
  return parts.length === 0 || (parts.length === 1 && (parts[0] === '0' || parts[0] === '1'))
}

function matches(node: StoredNode, value: string, index: bigint): boolean {
  return (value === '' || node.value === value) && (index === 0n || node.modified === index)
}

function newNode(
  name: string,
  parent: StoredNode | null,
  index: bigint,
  expires: bigint | null,
  value: string | null,
  children: Map<string, StoredNode> | null,
): StoredNode {
  return { name, parent, created: index, modified: index, expires, value, children }
}

/**
 * Parses the store in a `.snap` from its JSON, or returns what is wrong with it. Source: Go's encoding/json format of the untagged fields in store.go
 * and node.go.
 */
export function treeFromJson(json: string): V2Tree | FileMessage {
  let stored: unknown
  try {
    stored = JSON.parse(json)
  } catch {
    return plain('snap-no-json')
  }
  if (!isRecord(stored) || !isRecord(stored.Root)) return plain('snap-without-root')
  const tree = new V2Tree()
  tree.root = nodeFromJson('', null, stored.Root)
  if (!tree.root.children) return plain('snap-root-no-directory')
  const currentIndex = indexFromJson(stored.CurrentIndex)
  if (currentIndex === null) return plain('snap-index')
  tree.index = currentIndex
  // An explicit stack: a hostile file may nest deeper than calls can.
  const todo: [StoredNode, Record<string, unknown>][] = [[tree.root, stored.Root]]
  for (let next = todo.pop(); next; next = todo.pop()) {
    const [parent, json] = next
    if (!isRecord(json.Children)) continue
    for (const [name, child] of Object.entries(json.Children)) {
      if (!isRecord(child)) return { code: 'snap-no-node', params: { name, path: nodePath(parent) } }
      const node = nodeFromJson(name, parent, child)
      tree.adopt(node)
      todo.push([node, child])
    }
  }
  const { events, after } = eventsFromJson(stored, currentIndex)
  tree.eventsAfter = after
  for (const event of events) tree.keep(event)
  return tree
}

function nodeFromJson(name: string, parent: StoredNode | null, json: Record<string, unknown>): StoredNode {
  const directory = isRecord(json.Children)
  const expireTime =
    typeof json.ExpireTime === 'string' && !json.ExpireTime.startsWith('0001-01-01T00:00:00') ? parseGoTime(json.ExpireTime) : null
  return {
    name,
    parent,
    created: indexFromJson(json.CreatedIndex) ?? 0n,
    modified: indexFromJson(json.ModifiedIndex) ?? 0n,
    expires: expireTime,
    value: directory ? null : typeof json.Value === 'string' ? json.Value : '',
    children: directory ? new Map() : null,
  }
}

/** The ring of the last events, `Size` of them from `Front` on; `after` is the index after which it has all. */
function eventsFromJson(store: Record<string, unknown>, currentIndex: bigint): { events: StoredEvent[]; after: bigint } {
  const hub = isRecord(store.WatcherHub) ? store.WatcherHub : {}
  const history = isRecord(hub.EventHistory) ? hub.EventHistory : {}
  const queue = isRecord(history.Queue) ? history.Queue : {}
  const ring = Array.isArray(queue.Events) ? queue.Events : []
  const size = Math.min(typeof queue.Size === 'number' ? queue.Size : 0, ring.length)
  const front = typeof queue.Front === 'number' && queue.Front >= 0 ? Math.floor(queue.Front) : 0
  const events: StoredEvent[] = []
  // Indices rise by one with each event: where one is missing or unreadable, only those behind it are known to be all.
  let after: bigint | null = null
  for (let i = 0; i < size; i++) {
    const event = eventFromJson(ring[(front + i) % ring.length])
    if (event === null) {
      events.length = 0
      after = null
      continue
    }
    if (after !== null && event.index !== (events.at(-1)?.index ?? 0n) + 1n) {
      events.length = 0
      after = null
    }
    after ??= event.index - 1n
    events.push(event)
  }
  const isWhole = after !== null && events.at(-1)?.index === currentIndex
  return isWhole ? { events, after: after as bigint } : { events: [], after: currentIndex }
}

function eventFromJson(event: unknown): StoredEvent | null {
  if (!isRecord(event) || !isRecord(event.node) || typeof event.action !== 'string' || typeof event.node.key !== 'string') return null
  const index = indexFromJson(event.node.modifiedIndex)
  if (index === null) return null
  const removed = event.action === 'delete' || event.action === 'compareAndDelete' || event.action === 'expire'
  return {
    action: event.action,
    path: event.node.key,
    index,
    refresh: event.refresh === true,
    node: removed ? null : stateFromJson(event.node),
    before: isRecord(event.prevNode) ? stateFromJson(event.prevNode) : null,
  }
}

function stateFromJson(node: Record<string, unknown>): StoredState {
  const directory = node.dir === true
  return {
    created: indexFromJson(node.createdIndex) ?? 0n,
    modified: indexFromJson(node.modifiedIndex) ?? 0n,
    expires: typeof node.expiration === 'string' ? parseGoTime(node.expiration) : null,
    directory,
    value: directory ? null : typeof node.value === 'string' ? node.value : '',
  }
}

function indexFromJson(value: unknown): bigint | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : null
}

/** For JSON.parse results; packages do not depend on each other, so this is not imported. */
function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A node's expiry as text, null when permanent. */
export function expirationOf({ expires }: Pick<StoredNode, 'expires'>): string | null {
  return expires === null ? null : formatGoTime(expires)
}
