// Summarises a difference in one line, as codes and parameters; a view turns them into words.
import { isObject, textAt } from '../value/fields.ts'
import { ExactNumber, type KubeValue } from '../value/value.ts'
import type { ValueDiff } from './diff-decoded.ts'
import { fieldNames, formatDiffPath } from './diff-path.ts'
import type { Change, DiffPath, MaskedVerdict } from './types.ts'

/**
 * One part of the line.
 * - `created`, `deleted`: the value did not exist before, or does not exist any more
 * - `same`: nothing changed; `folded`: all `count` changes are noise
 * - `changed`, `added`, `removed`, `moved`: the field or element at `path`; `from` and `to` are its values, with `…` at the end if cut
 * - `masked`: the masked value at `path` changed; `verdict` says how that is known
 * - `conditions`: `count` conditions changed; `types` names them
 * - `lines`: lines of a text; `bytes`: ranges of bytes; `ciphertext`: an encrypted value; `form`: another form of value
 * - `unknown-fields`: only fields that the schema does not know changed, or may have
 * - `undecided`: `count` masked values may have changed
 * - `more`: `count` further changes
 */
export type SummaryPart =
  | { code: 'created' | 'deleted' | 'same' | 'unknown-fields' | 'ciphertext' | 'form'; params: Record<string, never> }
  | { code: 'folded' | 'undecided' | 'more' | 'bytes'; params: { count: number } }
  | { code: 'changed'; params: { path: string; from: string; to: string } }
  | { code: 'added'; params: { path: string; to: string } }
  | { code: 'removed'; params: { path: string; from: string } }
  | { code: 'moved'; params: { path: string } }
  | { code: 'masked'; params: { path: string; verdict: MaskedVerdict } }
  | { code: 'conditions'; params: { count: number; types: string } }
  | { code: 'lines'; params: { added: number; removed: number } }

export interface SummaryOptions {
  /** How many changes get a part of their own. Default 2. */
  most?: number
  /** Longer values are cut to this many characters. Default 60. */
  longest?: number
}

/** The parts of the line, the most important first: `spec`, `data` and the like, then metadata, then status. */
export function summaryLine({ by, diff, lines, bytes, unknownFields }: ValueDiff, options: SummaryOptions = {}): SummaryPart[] {
  const { most = 2, longest = 60 } = options
  const relevant = diff.changes.filter(({ noise }) => noise === undefined)
  const undecided: SummaryPart[] = diff.undecided.length === 0 ? [] : [{ code: 'undecided', params: { count: diff.undecided.length } }]
  if (relevant.length === 0) {
    const folded = diff.counts.noise - diff.changes.filter(({ noise }) => noise === 'undecided').length
    if (folded > 0) return [{ code: 'folded', params: { count: folded } }, ...undecided]
    if (unknownFields !== 'same') return [{ code: 'unknown-fields', params: {} }, ...undecided]
    return undecided.length > 0 ? undecided : [{ code: 'same', params: {} }]
  }
  if (by === 'presence') return [{ code: relevant[0]?.kind === 'removed' ? 'deleted' : 'created', params: {} }]
  if (by === 'ciphertext' || by === 'form') return [{ code: by, params: {} }]
  if (by === 'bytes' && bytes !== undefined) return [{ code: 'bytes', params: { count: bytes.length } }]
  if (by === 'text' && lines !== undefined) return [{ code: 'lines', params: lineCounts(lines) }]

  const conditions = new Set<string>()
  const others: Change[] = []
  for (const change of relevant) {
    const found = conditionsOf(change)
    for (const condition of found) conditions.add(condition)
    if (found.length === 0) others.push(change)
  }
  const ranked = others.map((change, i) => ({ change, i, rank: rankOf(change.path) })).sort((a, b) => a.rank - b.rank || a.i - b.i)
  const parts = ranked.slice(0, most).map(({ change }) => partOf(change, longest))
  if (conditions.size > 0)
    parts.push({ code: 'conditions', params: { count: conditions.size, types: cut([...conditions].join(', '), longest) } })
  if (ranked.length > most) parts.push({ code: 'more', params: { count: ranked.length - most } })
  return [...parts, ...undecided]
}

function lineCounts(ranges: NonNullable<ValueDiff['lines']>): { added: number; removed: number } {
  let [added, removed] = [0, 0]
  for (const { left, right } of ranges) {
    added += right.to - right.from
    removed += left.to - left.from
  }
  return { added, removed }
}

/** The conditions that a change is about: one, or all if the whole list was added or removed. */
function conditionsOf({ path, left, right }: Change): string[] {
  const [status, conditions, item] = path
  if (status?.kind !== 'field' || status.name !== 'status' || conditions?.kind !== 'field' || conditions.name !== 'conditions') return []
  if (item !== undefined) return item.kind === 'field' ? [] : [formatDiffPath([item]).slice(1, -1)]
  const list = right ?? left
  return Array.isArray(list) ? list.map((condition, i) => textAt(condition, 'type') || String(i)) : []
}

/** Members of a status that are less important than the others. */
const DETAILS = new Set(['containerID', 'imageID', 'image', 'started', 'hostIP', 'hostIPs', 'podIPs'])

function rankOf(path: DiffPath): number {
  const names = fieldNames(path)
  if (names[0] === 'status') return names[1] === 'phase' ? 2 : DETAILS.has(names.at(-1) ?? '') ? 5 : 3
  if (names[0] !== 'metadata' || names[1] === 'deletionTimestamp') return 0
  return names[1] === 'deletionGracePeriodSeconds' ? 4 : 1
}

function partOf({ path, kind, left = null, right = null, masked }: Change, longest: number): SummaryPart {
  const where = formatDiffPath(path)
  if (masked !== undefined) return { code: 'masked', params: { path: where, verdict: masked } }
  switch (kind) {
    case 'added':
      return { code: kind, params: { path: where, to: shortText(right, longest) } }
    case 'removed':
      return { code: kind, params: { path: where, from: shortText(left, longest) } }
    case 'moved':
      return { code: kind, params: { path: where } }
    default:
      return { code: kind, params: { path: where, from: shortText(left, longest), to: shortText(right, longest) } }
  }
}

/** A value in one line: texts as they are, everything else as JSON, cut with `…`. */
function shortText(value: KubeValue, longest: number): string {
  if (typeof value === 'string') return cut(value, longest)
  const parts: string[] = []
  let length = 0
  const open: (string | { value: KubeValue })[] = [{ value }]
  for (let next = open.pop(); next !== undefined && length <= longest; next = open.pop()) {
    let text = ''
    if (typeof next === 'string') text = next
    else if (Array.isArray(next.value)) {
      text = '['
      open.push(']')
      for (let i = Math.min(next.value.length, longest) - 1; i >= 0; i--)
        open.push({ value: next.value[i] as KubeValue }, i === 0 ? '' : ',')
    } else if (isObject(next.value)) {
      text = '{'
      open.push('}')
      const names = Object.keys(next.value).slice(0, longest)
      for (let i = names.length - 1; i >= 0; i--) {
        const name = names[i] as string
        open.push({ value: next.value[name] as KubeValue }, `${i === 0 ? '' : ','}${JSON.stringify(name)}:`)
      }
    } else if (typeof next.value === 'string') text = JSON.stringify(next.value.slice(0, longest + 1))
    else text = next.value instanceof ExactNumber ? next.value.text : String(next.value)
    parts.push(text)
    length += text.length
  }
  return cut(parts.join(''), longest)
}

/** The first line of a text, cut to `longest` characters; `…` at the end if anything was cut. */
function cut(text: string, longest: number): string {
  const end = text.search(/[\r\n]/)
  const line = end < 0 ? text : text.slice(0, end)
  if (end < 0 && line.length <= longest) return line
  // Half of a surrogate pair must not stay.
  return `${line.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…`
}
