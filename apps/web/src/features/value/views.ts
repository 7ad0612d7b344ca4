// The tabs of a value: which it has, in which order, and the text of each.
import type { DecodedWire, TextForm } from '@registree/contract'
import type { WantedForm } from './queries.ts'

const VALUE_VIEWS = ['allocation', 'release', 'values', 'yaml', 'json', 'apply', 'text', 'problems', 'raw', 'history'] as const
export type ValueViewName = (typeof VALUE_VIEWS)[number]

const TEXTS: Partial<Record<ValueViewName, TextForm>> = {
  release: 'manifest',
  values: 'values',
  yaml: 'yaml',
  json: 'json',
  apply: 'apply',
  text: 'text',
}

/** The text that a tab shows; undefined if it shows none. */
export const textOfView = (view: ValueViewName): TextForm | undefined => TEXTS[view]

/** What to request for the tab in the URL; null, the default text, for an unknown one. */
export function wantedForm(view: string | null): WantedForm {
  const known = VALUE_VIEWS.find((name) => name === view)
  return known === undefined ? null : (textOfView(known) ?? 'none')
}

/** The tabs of a value; the first is the default. */
export function viewsOf(decoded: Pick<DecodedWire, 'encoding' | 'allocation' | 'release' | 'forms'>): ValueViewName[] {
  if (decoded.encoding === 'empty') return ['raw']
  const views: ValueViewName[] = []
  if (decoded.allocation) views.push('allocation')
  if (decoded.release) views.push('release')
  for (const view of ['values', 'yaml', 'json', 'text'] as const) if (decoded.forms.includes(view)) views.push(view)
  return views.length === 0 ? ['raw', 'problems'] : [...views, 'problems', 'raw']
}

/** The tabs of a value, and that of its key's history if the keyspace keeps one. YAML to apply has a tab only if the URL names it. */
export function tabsOf(decoded: Parameters<typeof viewsOf>[0], hasHistory: boolean, asked: string | null): ValueViewName[] {
  const views = withAsked(decoded, asked)
  return hasHistory ? [...views, 'history'] : views
}

function withAsked(decoded: Parameters<typeof viewsOf>[0], asked: string | null): ValueViewName[] {
  const views = viewsOf(decoded)
  if (asked === 'apply' && decoded.forms.includes('apply')) views.splice(views.indexOf('problems'), 0, 'apply')
  return views
}

/** The open tab for `view` in the URL: the first one if this value has no such tab. */
export function shownView(decoded: Parameters<typeof viewsOf>[0], view: string | null): ValueViewName {
  const views = withAsked(decoded, view)
  return views.find((name) => name === view) ?? (views[0] as ValueViewName)
}

/** The number on the tab's badge: what needs attention. Notes and masked places are not problems. */
export const problemCount = (decoded: DecodedWire): number =>
  decoded.problems.filter((problem) => problem.severity !== 'info').length + decoded.unknownFields.length
