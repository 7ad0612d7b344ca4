// The tree as data: levels, and how open ones become the flat list of rows.
export type TreeNode = {
  /** One string per row; a key and the directory with the same bytes differ. */
  id: string
  /** The bytes to show: the part of the key below its parent. */
  label: Uint8Array
  directory: boolean
  href: string
  /** When it expires (ms since the epoch), for v2 nodes with a TTL. */
  expires?: number | null
  hidden?: boolean
}

export type Level = {
  state: 'pending' | 'error' | 'ready'
  nodes: readonly (readonly TreeNode[])[]
  /** Whether there are unread children. */
  more: boolean
  loadingMore: boolean
  error: unknown
}

/** The path to the shown row: the child to draw below each ancestor even before (or without) its level being read. */
export type Trail = ReadonlyMap<string, TreeNode>

export type Row = { id: string; level: number; parent: string } & (
  | { type: 'node'; node: TreeNode; expanded: boolean; posinset: number; setsize: number }
  | { type: 'more'; loading: boolean; auto: boolean }
  | { type: 'pending' }
  | { type: 'empty' }
  | { type: 'error'; error: unknown }
)

/**
 * The rows of all open levels, depth first. `levels(id)` returns the level of an open directory, null if it is not known yet. A trail node beyond the
 * pages read comes after the "more" row, which then loads only on request: rows loading by themselves would push it away.
 */
export function flatten(rootId: string, open: ReadonlySet<string>, levels: (id: string) => Level | null, trail: Trail): Row[] {
  const rows: Row[] = []
  const visit = (id: string, level: number) => {
    const known = levels(id)
    const expected = trail.get(id)
    const draw = (node: TreeNode, posinset: number, setsize: number) => {
      const expanded = node.directory && open.has(node.id)
      rows.push({ type: 'node', id: node.id, level, parent: id, node, expanded, posinset, setsize })
      if (expanded) visit(node.id, level + 1)
    }
    if (known === null || known.state === 'pending') {
      if (expected) draw(expected, 1, -1)
      else rows.push({ type: 'pending', id: `${id}\npending`, level, parent: id })
      return
    }
    let total = 0
    for (const page of known.nodes) total += page.length
    let at = 0
    let found = expected === undefined
    for (const page of known.nodes)
      for (const node of page) {
        at++
        if (!found && node.id === expected?.id) found = true
        draw(node, at, known.more ? -1 : total)
      }
    if (known.state === 'error') rows.push({ type: 'error', id: `${id}\nerror`, level, parent: id, error: known.error })
    else if (known.more) rows.push({ type: 'more', id: `${id}\nmore`, level, parent: id, loading: known.loadingMore, auto: found })
    else if (total === 0 && found) rows.push({ type: 'empty', id: `${id}\nempty`, level, parent: id })
    if (!found && expected && (known.more || known.state === 'error' || expected.hidden)) draw(expected, at + 1, -1)
  }
  visit(rootId, 1)
  return rows
}
