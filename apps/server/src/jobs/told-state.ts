// How an object was at one revision, in the words of kubectl's table: of the kinds whose state one wants to see over time.
import type { TimelineDetails } from '@registree/contract'
import { type KubeObject, objectAt, type ResourceTable, resourceAt, rowState, tableFor, textAt } from '@registree/kube'
import { inEnglish } from '../messages/in-english.ts'

type Tone = TimelineDetails['states'][number]['tone']

/** The column that tells the state, by the directory of the resource. */
const COLUMNS = new Map([
  ['pods', 'Status'],
  ['minions', 'Status'],
  ['namespaces', 'Status'],
  ['persistentvolumeclaims', 'Status'],
  ['persistentvolumes', 'Status'],
  ['deployments', 'Ready'],
  ['statefulsets', 'Ready'],
])

const tables = new Map<string, ResourceTable>()

function tableAt(path: string): ResourceTable | undefined {
  const resource = resourceAt(path)
  if (resource === undefined) return undefined
  const table = tables.get(path) ?? tableFor(resource.versions[0] ?? '', resource.kind)
  tables.set(path, table)
  return table
}

export function hasStates(path: string): boolean {
  return COLUMNS.has(path)
}

/** The fields that {@link stateOf} reads. */
export function stateFields(path: string): readonly string[] {
  return [...(tableAt(path)?.paths ?? []), '.metadata.deletionTimestamp', '.spec.taints', '.metadata.labels']
}

export type StateOnWire = Pick<TimelineDetails['states'][number], 'state' | 'tone' | 'sentences'>

/** Null where the object tells none. `object` is masked already. */
export function stateOf(path: string, object: KubeObject): StateOnWire | null {
  const column = COLUMNS.get(path)
  const table = column === undefined ? undefined : tableAt(path)
  if (column === undefined || table === undefined) return null
  const cell = table.cells(object, { now: null })[table.columns.findIndex(({ name }) => name === column)]
  if (typeof cell !== 'string' || cell === '') return null
  const deleting = textAt(object, 'metadata', 'deletionTimestamp') !== ''
  const tone = toneOf(path, column, cell, object)
  if (!deleting || path === 'pods' || cell === 'Terminating') return { state: cell, tone }
  const says = { code: 'state-deleting', params: { state: cell } } as const
  return { state: inEnglish.state(says), sentences: [says], tone }
}

/** From a value on that was not read, the state is not the one before; null where there is none to tell. */
export function unreadState(path: string): StateOnWire | null {
  if (!hasStates(path)) return null
  const says = { code: 'state-unread', params: {} } as const
  return { state: inEnglish.state(says), sentences: [says], tone: 'muted' }
}

function toneOf(path: string, column: string, cell: string, object: KubeObject): Tone {
  if (column === 'Ready') {
    const [ready = '', wanted = ''] = cell.split('/')
    return ready === wanted ? 'ok' : ready === '0' ? 'error' : 'warning'
  }
  return rowState(object, resourceAt(path)?.kind ?? '', cell, null).tone ?? 'muted'
}

/** What an update of a node changes when it is more than a heartbeat: its state, what is asked of it, and its labels. */
export function beyondHeartbeat(object: KubeObject, state: string): string {
  return JSON.stringify([state, objectAt(object, 'spec') ?? null, objectAt(object, 'metadata', 'labels') ?? null], (_, value) =>
    typeof value === 'bigint' ? String(value) : value,
  )
}
