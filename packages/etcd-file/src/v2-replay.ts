// Applies raft entries to a v2 store like a starting member.
// Sources: etcd server/etcdserver/apply_v2.go, server/etcdserver/api/membership/{cluster,store}.go.
import type { RaftChange, RaftEntry, V2Request } from './raft-entry.ts'
import type { Finding } from './random-access.ts'
import type { ExpiryOptions, V2Tree } from './v2-tree.ts'

const PERMANENT: ExpiryOptions = { expires: null, refresh: false }
const ATTRIBUTES = /^\/0\/members\/([0-9a-f]+)\/attributes$/

/** Applies one entry. Rejected requests change nothing, as in etcd; only unreadable ones are findings. */
export function applyEntry(tree: V2Tree, entry: RaftEntry, findings: Finding[]): void {
  if (entry.change?.kind === 'unreadable') {
    findings.push({
      level: 'error',
      where: 'WAL',
      says: { code: 'entry-unreadable', params: { index: String(entry.index) } },
    })
  } else if (entry.change) apply(tree, entry.change)
}

function apply(tree: V2Tree, change: Exclude<RaftChange, { kind: 'unreadable' }>): void {
  switch (change.kind) {
    case 'request':
      applyRequest(tree, change.request)
      break
    case 'version':
      tree.set('/0/version', false, change.version, PERMANENT)
      break
    case 'attributes':
      setAttributes(tree, change.memberId.toString(16), JSON.stringify({ name: change.name, clientURLs: change.clientURLs }))
      break
    case 'members':
      applyMembers(tree, change)
  }
}

function applyRequest(tree: V2Tree, request: V2Request): void {
  const { path, value, directory, previousValue, previousIndex } = request
  const options: ExpiryOptions = { expires: request.expiration === 0n ? null : request.expiration, refresh: request.refresh }
  const compares = previousIndex > 0n || previousValue !== ''
  switch (request.method) {
    case 'POST':
      tree.create(path, directory, value, true, options)
      break
    case 'PUT':
      if (request.previousExist === false) tree.create(path, directory, value, false, options)
      else if (compares) tree.compareAndSwap(path, previousValue, previousIndex, value, options)
      else if (request.previousExist === true) tree.update(path, value, options)
      else {
        const member = ATTRIBUTES.exec(path)
        if (member) setAttributes(tree, member[1] as string, value)
        else tree.set(path, directory, value, options)
      }
      break
    case 'DELETE':
      if (compares) tree.compareAndDelete(path, previousValue, previousIndex)
      else tree.delete(path, directory, request.recursive)
      break
    case 'SYNC':
      tree.expire(request.time)
  }
}

/** A member's name and client URLs; those of a removed member are dropped. */
function setAttributes(tree: V2Tree, id: string, json: string): void {
  if (!('code' in tree.find(`/0/members/${id}`))) tree.set(`/0/members/${id}/attributes`, false, json, PERMANENT)
}

function applyMembers(tree: V2Tree, change: Extract<RaftChange, { kind: 'members' }>): void {
  const id = change.nodeId.toString(16)
  const path = `/0/members/${id}`
  const exists = !('code' in tree.find(path))
  const removed = !('code' in tree.find(`/0/removed_members/${id}`))
  if (removed) return
  // 0 add, 1 remove, 2 update, 3 add a learner; adding an existing one promotes it.
  if (change.type === 1) {
    if (!exists) return
    tree.delete(path, true, true)
    tree.create(`/0/removed_members/${id}`, false, 'removed', false, PERMANENT)
    return
  }
  const raftAttributes = raftAttributesOf(change.context, change.type === 3)
  if (raftAttributes === null) return
  if (exists) tree.update(`${path}/raftAttributes`, raftAttributes, PERMANENT)
  else if (change.type !== 2) tree.create(`${path}/raftAttributes`, false, raftAttributes, false, PERMANENT)
}

function raftAttributesOf(context: string, learner: boolean): string | null {
  try {
    const member: unknown = JSON.parse(context)
    if (typeof member !== 'object' || member === null || !('peerURLs' in member)) return null
    return JSON.stringify({ peerURLs: member.peerURLs, ...(learner ? { isLearner: true } : {}) })
  } catch {
    return null
  }
}
