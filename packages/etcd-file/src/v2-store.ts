// etcd's v2 keyspace from a member's files: the newest valid `.snap`, and the later changes in the WAL.
import { EtcdFileError } from './errors.ts'
import { type MemberRecord, memberFromJson } from './etcd-records.ts'
import { type FileMessage, messageOf, plain } from './file-messages.ts'
import { formatGoTime } from './go-time.ts'
import { certainIndex, committedIndex, type MemberLog, readMemberLog } from './member-log.ts'
import { compareBytes, type Finding, plainBytes } from './random-access.ts'
import { applyEntry } from './v2-replay.ts'
import { readV2Snapshot, type V2Snapshot } from './v2-snapshot.ts'
import { expirationOf, nodePath, pathParts, type StoredEvent, type StoredNode, type StoredState, V2Tree } from './v2-tree.ts'
import type { WalReading, WalSegment } from './wal.ts'

/** A v2 node as in etcd's HTTP answers; `expiration` is RFC 3339 in UTC to the nanosecond, null if permanent. */
export type V2Node = {
  path: string
  directory: boolean
  /** Its last segment begins with `_`: omitted in listings, but reachable by its path. */
  hidden: boolean
  /** Null for a directory. */
  value: string | null
  expiration: string | null
  createdIndex: bigint
  modifiedIndex: bigint
}

/** One change of a key or a directory. */
export type V2Event = {
  action: string
  path: string
  index: bigint
  /** Only the expiry was renewed: watches of etcd do not report it. */
  refresh: boolean
  /** Null if the node is gone. */
  node: V2Node | null
  /** Null if there was none. */
  before: V2Node | null
}

/** The WAL's information about raft; ids in lower-case hex. */
export type RaftFacts = { nodeId: string; clusterId: string; term: bigint; vote: string; commit: bigint; lastIndex: bigint }

export type V2Sources = {
  /** `name` as in the `snap` directory; in any order. */
  snaps: { name: string; read(): Promise<Uint8Array> }[]
  /** Consecutive segments (see contiguousWal) in any order; none if there is only a `.snap`. */
  wals: WalSegment[]
  /** The log of these segments, if already read: its findings have been reported then. */
  log?: MemberLog | null
  signal?: AbortSignal
}

/**
 * Rebuilds the v2 store. Unreadable snapshots are skipped and damage to the log ends the replay, both with findings. Throws EtcdFileError if there is
 * nothing to start with: no valid snapshot, and no log from the first entry on.
 */
export async function openV2Store(sources: V2Sources): Promise<V2Store> {
  const findings: Finding[] = []
  const candidates = [...sources.snaps].sort((a, b) => (a.name < b.name ? 1 : -1))
  let snapshot = await nextSnapshot(candidates, findings)
  let log = await logAfter(sources, snapshot)
  // etcd starts only with a snapshot recorded in its log: a newer file may be a leftover.
  if (snapshot && log && log.reading.snapshots.length > 0 && !recorded(log.reading, snapshot)) {
    const older: Finding[] = []
    let other = await nextSnapshot(candidates, older)
    while (other && !recorded(log.reading, other)) other = await nextSnapshot(candidates, older)
    const where = 'snapshots'
    if (other) {
      // A crash leaves such a snapshot: its log record has not reached the disk.
      findings.push({
        level: 'info',
        where,
        says: { code: 'snapshot-not-in-log', params: { index: String(snapshot.index), used: String(other.index) } },
      })
      snapshot = other
      log = await logAfter(sources, snapshot)
    } else
      findings.push({
        level: 'warning',
        where,
        says: { code: 'snapshot-unmentioned', params: { index: String(snapshot.index) } },
      })
  }
  if (log && log !== sources.log) findings.push(...log.findings)
  else if (!log) findings.push({ level: 'info', where: 'WAL', says: { code: 'snapshot-without-log', params: {} } })
  const tree = snapshot?.tree ?? new V2Tree()
  const start = snapshot?.index ?? 0n
  let applied = start
  let lastSync: bigint | null = null
  if (log) {
    const { reading } = log
    if (reading.firstIndex !== null && reading.firstIndex > start + 1n) {
      if (!snapshot) throw new EtcdFileError(plain('v2-without-beginning'))
      findings.push({
        level: 'error',
        where: 'WAL',
        says: { code: 'log-after-snapshot', params: { first: String(reading.firstIndex), start: String(start) } },
      })
    } else {
      const entries = reading.entries.filter(({ index }) => index > start)
      const committed = committedIndex(reading)
      for (const entry of entries) if (entry.index <= committed) applyEntry(tree, entry, findings)
      // The voters are known by now, and with them how much of the rest counts.
      const certain = certainIndex(reading, votersIn(tree))
      for (const entry of entries) if (entry.index > committed && entry.index <= certain) applyEntry(tree, entry, findings)
      if (certain > applied) applied = certain
      for (const { index, change } of entries)
        if (index <= applied && change?.kind === 'request' && change.request.method === 'SYNC') lastSync = change.request.time
    }
  } else if (!snapshot) throw new EtcdFileError(plain('v2-without-files'))
  return new V2Store(tree, applied, log?.reading ?? null, findings, lastSync)
}

async function nextSnapshot(candidates: V2Sources['snaps'], findings: Finding[]): Promise<V2Snapshot | null> {
  for (let candidate = candidates.shift(); candidate; candidate = candidates.shift()) {
    let problem: FileMessage
    try {
      const snapshot = readV2Snapshot(plainBytes(await candidate.read()))
      if (!('code' in snapshot)) return snapshot
      problem = snapshot
    } catch (error) {
      problem = { code: 'cannot-be-read', params: { why: messageOf(error) } }
    }
    findings.push({ level: 'error', where: candidate.name, says: { code: 'snapshot-passed-over', params: { why: problem } } })
  }
  return null
}

/** The log from a snapshot on: the one already read, if it starts early enough. */
async function logAfter({ wals, log, signal }: V2Sources, snapshot: V2Snapshot | null): Promise<MemberLog | null> {
  const snapshotIndex = snapshot?.index ?? 0n
  if (log && log.reading.after <= snapshotIndex) return log
  return await readMemberLog({
    segments: wals,
    snapshotIndex,
    appliedIndex: null,
    ...(signal ? { signal } : {}),
  })
}

/** Number of voters in the v2 store; null if it has none. */
function votersIn(tree: V2Tree): number | null {
  const voters = membersIn(tree).filter(({ isLearner }) => !isLearner).length
  return voters === 0 ? null : voters
}

function recorded(wal: WalReading, snapshot: V2Snapshot): boolean {
  return wal.snapshots.some(({ index, term }) => index === snapshot.index && term === snapshot.term)
}

/** How long a past tree is kept after it was last read. */
const KEPT_MS = 30_000

/** The v2 keyspace of a member's files. */
export class V2Store {
  private readonly tree: V2Tree
  /** The last past tree that was read, for a while. */
  private kept: { index: bigint; past: Pick<V2Store, 'get'>; drop: NodeJS.Timeout } | null = null
  readonly findings: readonly Finding[]
  /** etcd's X-Etcd-Index. */
  readonly index: bigint
  /** The first index whose whole tree is known, and not only the states of single keys. */
  readonly knownFrom: bigint
  /** The raft index of the last entry in this state. */
  readonly raftIndex: bigint
  /** Null without a log. */
  readonly raft: RaftFacts | null
  readonly members: MemberRecord[]
  readonly removedMembers: string[]
  readonly clusterVersion: string | null
  /** The leader's clock when it last checked for expired nodes, RFC 3339: while there are expiring nodes, it is logged every half second. */
  readonly lastSync: string | null

  constructor(tree: V2Tree, applied: bigint, wal: WalReading | null, findings: Finding[], lastSync: bigint | null) {
    this.tree = tree
    this.findings = findings
    this.lastSync = lastSync === null ? null : formatGoTime(lastSync)
    this.index = tree.index
    this.knownFrom = tree.knownFrom
    this.raftIndex = applied
    this.raft = wal && raftFacts(wal, applied)
    this.members = membersIn(tree)
    this.removedMembers = childrenOf(tree.find('/0/removed_members')).map((member) => member.name)
    const version = tree.find('/0/version')
    this.clusterVersion = 'code' in version ? null : version.value
  }

  /** The nodes as they were at an index from {@link knownFrom} to {@link index}. */
  at(index: bigint): Pick<V2Store, 'get'> {
    if (index === this.index) return this
    const { kept } = this
    clearTimeout(kept?.drop)
    // Each is a copy of the whole tree, and pages read one directory after the other at the same index.
    const past = kept?.index === index ? kept.past : this.copyAt(index)
    const drop = setTimeout(() => {
      this.kept = null
    }, KEPT_MS)
    drop.unref()
    this.kept = { index, past, drop }
    return past
  }

  private copyAt(index: bigint): Pick<V2Store, 'get'> {
    const tree = this.tree.at(index)
    return { get: (path) => nodeAt(tree, path) }
  }

  /** The node at a path (`/` is the root), with its visible children in byte order of their names if it is a directory. */
  get(path: string): (V2Node & { children: V2Node[] | null }) | undefined {
    return nodeAt(this.tree, path)
  }

  /** The changes of keys that the snapshot and the log tell, oldest first: all after {@link eventsAfter}. */
  events(): V2Event[] {
    return this.tree.events.flatMap((event) => (event.path.startsWith(KEYS) ? [toEvent(event)] : []))
  }

  /** What came up to this index is not known. */
  get eventsAfter(): bigint {
    return this.tree.eventsAfter
  }

  /** The first known change of a path from an index on, by itself or because a directory above it was removed; null if there is none. */
  firstEvent(path: string, from: bigint): V2Event | null {
    const { events } = this.tree
    const stored = `/1/${pathParts(path).join('/')}`
    let [low, high] = [0, events.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((events[middle] as StoredEvent).index < from) low = middle + 1
      else high = middle
    }
    for (let i = low; i < events.length; i++) {
      const event = events[i] as StoredEvent
      const isAbove = event.node === null && event.before?.directory === true && stored.startsWith(`${event.path}/`)
      if (event.path === stored || isAbove) return toEvent(event)
    }
    return null
  }
}

function nodeAt(tree: V2Tree, path: string): (V2Node & { children: V2Node[] | null }) | undefined {
  const node = tree.find(`/1/${pathParts(path).join('/')}`)
  if ('code' in node) return undefined
  const children =
    node.children &&
    childrenOf(node)
      .map(toNode)
      .filter((child) => !child.hidden)
  return { ...toNode(node), children }
}

/** Where the store has the keys of users. */
const KEYS = '/1/'

function toEvent({ path, node, before, ...event }: StoredEvent): V2Event {
  return { ...event, path: path.slice(2), node: node && stateNode(path, node), before: before && stateNode(path, before) }
}

function stateNode(path: string, state: StoredState): V2Node {
  return {
    path: path.slice(2),
    directory: state.directory,
    hidden: path.slice(path.lastIndexOf('/') + 1).startsWith('_'),
    value: state.value,
    expiration: expirationOf(state),
    createdIndex: state.created,
    modifiedIndex: state.modified,
  }
}

/** A log's information about raft; `applied` is used as the last raft index if the log has no entries. */
export function raftFacts(wal: WalReading, applied: bigint): RaftFacts {
  return {
    nodeId: wal.nodeId.toString(16),
    clusterId: wal.clusterId.toString(16),
    term: wal.term,
    vote: wal.vote.toString(16),
    commit: wal.commit,
    lastIndex: wal.lastIndex ?? applied,
  }
}

function membersIn(tree: V2Tree): MemberRecord[] {
  return childrenOf(tree.find('/0/members')).flatMap((member) => {
    const value = (name: string) => member.children?.get(name)?.value ?? '{}'
    const record = memberFromJson(member.name, value('raftAttributes'), value('attributes'))
    return record ? [record] : []
  })
}

function toNode(node: StoredNode): V2Node {
  return {
    path: nodePath(node).slice(2) || '/',
    directory: node.children !== null,
    hidden: node.name.startsWith('_'),
    value: node.value,
    expiration: expirationOf(node),
    createdIndex: node.created,
    modifiedIndex: node.modified,
  }
}

/** A directory's children in the byte order of their names. */
function childrenOf(node: StoredNode | { code: number }): StoredNode[] {
  if ('code' in node || !node.children) return []
  const encoder = new TextEncoder()
  return [...node.children.values()]
    .map((child) => ({ child, bytes: encoder.encode(child.name) }))
    .sort((a, b) => compareBytes(a.bytes, b.bytes))
    .map(({ child }) => child)
}
