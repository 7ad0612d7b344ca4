// etcd's v2 keyspace out of a member's files: the newest valid `.snap`, and what the WAL says happened since.
import { EtcdFileError } from './errors.ts'
import { type MemberRecord, memberFromJson } from './etcd-records.ts'
import { compareBytes, type Finding, plainBytes, type RandomAccess } from './random-access.ts'
import { applyEntry } from './v2-replay.ts'
import { readV2Snapshot, type V2Snapshot } from './v2-snapshot.ts'
import { expirationOf, nodePath, pathParts, type StoredNode, V2Tree } from './v2-tree.ts'
import { readWal, type WalReading } from './wal.ts'

/** A v2 node as HTTP clients know it; `expiration` is RFC 3339 in UTC to the nanosecond, as etcd answers it, null when permanent. */
export type V2Node = {
  path: string
  directory: boolean
  /** Its last part begins with `_`: left out of listings, reachable by its path. */
  hidden: boolean
  /** Null for a directory. */
  value: string | null
  expiration: string | null
  createdIndex: bigint
  modifiedIndex: bigint
}

/** One of the last changes of keys, oldest first. */
export type V2Event = {
  action: string
  path: string
  directory: boolean
  value: string | null
  previousValue: string | null
  index: bigint
}

/** What the WAL knows of raft; ids in lower-case hex. */
export type RaftFacts = { nodeId: string; clusterId: string; term: bigint; vote: string; commit: bigint; lastIndex: bigint }

export type V2Sources = {
  /** `name` as in the `snap` directory; any order. */
  snaps: { name: string; read(): Promise<Uint8Array> }[]
  /** Segments that follow one another (see contiguousWal); any order; none when only a `.snap` is at hand. */
  wals: { name: string; file: RandomAccess }[]
  signal?: AbortSignal
}

/**
 * Rebuilds the v2 store. Unreadable snapshots are passed over and damage to the log ends the replay, both with findings.
 * Throws EtcdFileError when there is nothing to begin with: no valid snapshot, and no log that reaches back to the first entry.
 */
export async function openV2Store(sources: V2Sources): Promise<V2Store> {
  const findings: Finding[] = []
  const candidates = [...sources.snaps].sort((a, b) => (a.name < b.name ? 1 : -1))
  let snapshot = await nextSnapshot(candidates, findings)
  let wal = await walAfter(sources, snapshot)
  // etcd begins only with a snapshot that its log has recorded: a newer file may be a leftover.
  if (snapshot && wal && wal.reading.snapshots.length > 0 && !recorded(wal.reading, snapshot)) {
    const older: Finding[] = []
    let other = await nextSnapshot(candidates, older)
    while (other && !recorded(wal.reading, other)) other = await nextSnapshot(candidates, older)
    const where = 'snapshots'
    if (other) {
      findings.push({
        level: 'warning',
        where,
        message: `The newest snapshot (raft index ${snapshot.index}) is not in the log; that of raft index ${other.index} is used, as etcd would.`,
      })
      snapshot = other
      wal = await walAfter(sources, snapshot)
    } else
      findings.push({
        level: 'warning',
        where,
        message: `The log does not mention the snapshot of raft index ${snapshot.index}; it is used all the same.`,
      })
  }
  if (wal) findings.push(...wal.findings)
  else findings.push({ level: 'info', where: 'WAL', message: 'There is no log beside the snapshot: changes after it are not shown.' })
  const tree = snapshot?.tree ?? new V2Tree()
  const start = snapshot?.index ?? 0n
  let applied = start
  if (wal) {
    const { reading } = wal
    if (reading.firstIndex !== null && reading.firstIndex > start + 1n) {
      if (!snapshot)
        throw new EtcdFileError('no v2 store: there is no valid .snap file, and the log no longer reaches back to its beginning')
      findings.push({
        level: 'error',
        where: 'WAL',
        message: `The log begins at raft index ${reading.firstIndex}, after the snapshot's ${start}: changes after the snapshot are not shown.`,
      })
    } else {
      for (const entry of reading.entries) {
        if (entry.index > reading.commit) break
        applyEntry(tree, entry, findings)
      }
      const last = reading.lastIndex ?? 0n
      const reached = last < reading.commit ? last : reading.commit
      if (reached > applied) applied = reached
    }
  } else if (!snapshot) throw new EtcdFileError('no v2 store: there is neither a valid .snap file nor a log')
  return new V2Store(tree, applied, wal?.reading ?? null, findings)
}

async function nextSnapshot(candidates: V2Sources['snaps'], findings: Finding[]): Promise<V2Snapshot | null> {
  for (let candidate = candidates.shift(); candidate; candidate = candidates.shift()) {
    let problem: string
    try {
      const snapshot = readV2Snapshot(plainBytes(await candidate.read()))
      if (typeof snapshot !== 'string') return snapshot
      problem = snapshot
    } catch (error) {
      problem = `it cannot be read (${error instanceof Error ? error.message : String(error)})`
    }
    findings.push({ level: 'error', where: candidate.name, message: `The snapshot was passed over: ${problem}.` })
  }
  return null
}

async function walAfter(sources: V2Sources, snapshot: V2Snapshot | null): Promise<{ reading: WalReading; findings: Finding[] } | null> {
  if (sources.wals.length === 0) return null
  const findings: Finding[] = []
  return { reading: await readWal(sources.wals, snapshot?.index ?? 0n, findings, sources.signal), findings }
}

function recorded(wal: WalReading, snapshot: V2Snapshot): boolean {
  return wal.snapshots.some(({ index, term }) => index === snapshot.index && term === snapshot.term)
}

/** The v2 keyspace of a member's files. */
export class V2Store {
  private readonly tree: V2Tree
  readonly findings: readonly Finding[]
  /** etcd's X-Etcd-Index. */
  readonly index: bigint
  /** The raft index of the last entry that is part of this state. */
  readonly raftIndex: bigint
  /** Null when there was no log. */
  readonly raft: RaftFacts | null
  readonly members: MemberRecord[]
  readonly removedMembers: string[]
  readonly clusterVersion: string | null

  constructor(tree: V2Tree, applied: bigint, wal: WalReading | null, findings: Finding[]) {
    this.tree = tree
    this.findings = findings
    this.index = tree.index
    this.raftIndex = applied
    this.raft = wal && {
      nodeId: wal.nodeId.toString(16),
      clusterId: wal.clusterId.toString(16),
      term: wal.term,
      vote: wal.vote.toString(16),
      commit: wal.commit,
      lastIndex: wal.lastIndex ?? applied,
    }
    this.members = childrenOf(tree.find('/0/members')).flatMap((member) => {
      const value = (name: string) => member.children?.get(name)?.value ?? '{}'
      const record = memberFromJson(member.name, value('raftAttributes'), value('attributes'))
      return record ? [record] : []
    })
    this.removedMembers = childrenOf(tree.find('/0/removed_members')).map((member) => member.name)
    const version = tree.find('/0/version')
    this.clusterVersion = 'code' in version ? null : version.value
  }

  /** The node at a path (`/` is the root), with its visible children in byte order of their names if it is a directory. */
  get(path: string): (V2Node & { children: V2Node[] | null }) | undefined {
    const node = this.tree.find(`/1/${pathParts(path).join('/')}`)
    if ('code' in node) return undefined
    const children =
      node.children &&
      childrenOf(node)
        .map(toNode)
        .filter((child) => !child.hidden)
    return { ...toNode(node), children }
  }

  /** The last changes of keys that the files tell of (etcd keeps 1000 of the whole store), oldest first. */
  events(): V2Event[] {
    return this.tree.recentEvents().flatMap((event) => (event.path.startsWith('/1/') ? [{ ...event, path: event.path.slice(2) }] : []))
  }
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
