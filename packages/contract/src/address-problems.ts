// Finds the parts of a page's URL that are not understood: ignoring them silently would show something other than intended.
import { FINDING_RULES } from './finding-rules.ts'
import { isRevision, type Place, parseDiff, parseLinesHash, parsePermalink, searchParameters } from './permalink.ts'

export type AddressProblem = {
  /** As spelled in the URL if it cannot be decoded; `#` for the hash. */
  parameter: string
  value: string
} & (
  | { reason: 'encoding' | 'revision' | 'comparison' | 'lines' | 'twice' | 'key64' | 'both' }
  /** Not one of these choices. */
  | { reason: 'choice'; choices: readonly string[] }
  /** The page knows these. */
  | { reason: 'unknown'; known: readonly string[] }
)

type Check = 'any' | 'revision' | 'comparison' | 'base64url' | readonly string[]

export const FINDING_SEVERITIES = ['error', 'warning', 'info'] as const
/** Values of `only=` for a table of pods, besides `phase:` and a phase. */
export const POD_SELECTIONS = ['trouble', 'failed', 'notReady', 'restarting', 'terminating', 'pending'] as const

/** Tabs of a value, and the parts of a key's page on a narrow screen. */
const VIEWS = ['value', 'related', 'facts', 'allocation', 'release', 'values', 'yaml', 'json', 'apply', 'text', 'problems', 'raw']

/** The parameters that each page reads. */
const PARAMETERS: Record<Place['page'] | 'table' | 'namespace', Readonly<Record<string, Check>>> = {
  cluster: { trouble: ['all'] },
  v3: {
    rev: 'revision',
    diff: 'comparison',
    view: [...VIEWS, 'history', 'fields'],
    key: 'any',
    key64: 'base64url',
    prefix: 'any',
    prefix64: 'base64url',
  },
  v2: { path: 'any', at: 'revision', with: 'any', diff: 'comparison', view: [...VIEWS, 'history', 'fields'] },
  resources: { q: 'any' },
  table: { namespace: 'any', q: 'any', sort: 'any', wide: ['1'], only: POD_SELECTIONS, deleted: ['1'], rev: 'revision' },
  namespaces: { q: 'any', sort: ['name', 'objects'] },
  namespace: { deleted: ['1'] },
  findings: { severity: FINDING_SEVERITIES, rule: FINDING_RULES, q: 'any' },
  flannel: { network: 'any', zoom: 'any', ask: 'any', q: 'any', sort: 'any' },
  lookup: { q: 'any' },
  learn: {},
  search: { q: 'any', rev: 'revision' },
  timeline: {
    q: 'any',
    path: 'any',
    namespace: 'any',
    action: ['created', 'updated', 'deleted'],
    routine: ['1'],
    from: 'revision',
    to: 'revision',
    rev: 'revision',
    key: 'any',
    key64: 'base64url',
    form: ['list'],
  },
  compare: {
    with: 'any',
    rev: 'revision',
    withRev: 'revision',
    path: 'any',
    namespace: 'any',
    withNamespace: 'any',
    member: 'any',
    withMember: 'any',
    all: ['1'],
    noise: ['1'],
    every: ['1'],
    keyspace: ['v3', 'v2'],
    apply: ['1'],
    keys: 'any',
    only: 'any',
    q: 'any',
  },
  deleted: { path: 'any', namespace: 'any', q: 'any', routine: ['1'] },
}

/** In URL order; empty for the URL of no page. `hash` may begin with `#`. */
export function addressProblems(location: { pathname: string; search: string; hash?: string }): AddressProblem[] {
  const page = pageOf(location.pathname)
  if (page === null) return []
  const checks = PARAMETERS[page]
  const { parameters, undecoded } = searchParameters(location.search)
  const problems: AddressProblem[] = undecoded.map(({ name, value }) => ({ parameter: name, value, reason: 'encoding' }))
  const seen = new Set<string>()
  for (const [parameter, value] of parameters) {
    const check = Object.hasOwn(checks, parameter) ? checks[parameter] : undefined
    if (seen.has(parameter)) problems.push({ parameter, value, reason: 'twice' })
    else if (check === undefined) problems.push({ parameter, value, reason: 'unknown', known: Object.keys(checks) })
    else problems.push(...problemOf(parameter, value, check))
    seen.add(parameter)
  }
  const ways = ['key', 'key64', 'prefix', 'prefix64'].filter((name) => seen.has(name))
  // The path already names the key, so a parameter does not.
  const second = page === 'v3' ? (/^\/[^/]+\/v3\/./.test(location.pathname) ? ways[0] : ways[1]) : undefined
  if (second !== undefined)
    problems.push({ parameter: second, value: parameters.find(([name]) => name === second)?.[1] ?? '', reason: 'both' })
  const hash = (location.hash ?? '').replace(/^#/, '')
  if ((page === 'v3' || page === 'v2') && /^[lL][0-9]/.test(hash) && parseLinesHash(hash) === null)
    problems.push({ parameter: '#', value: hash, reason: 'lines' })
  return problems
}

/** The URL without the parts that are not understood. */
export function withoutProblems(
  location: { pathname: string; search: string; hash?: string },
  problems: readonly AddressProblem[],
): string {
  const bad = new Set(problems.map(({ parameter }) => parameter))
  const kept = new Set<string>()
  const search = location.search
    .replace(/^\?/, '')
    .split('&')
    .filter((part) => {
      const { parameters, undecoded } = searchParameters(part)
      const name = parameters[0]?.[0] ?? undecoded[0]?.name
      if (name === undefined) return false
      const twice = problems.some((problem) => problem.parameter === name && problem.reason === 'twice')
      if (bad.has(name) && !(twice && !kept.has(name))) return false
      kept.add(name)
      return true
    })
    .join('&')
  const hash = bad.has('#') ? '' : (location.hash ?? '').replace(/^#/, '')
  return `${location.pathname}${search === '' ? '' : `?${search}`}${hash === '' ? '' : `#${hash}`}`
}

function pageOf(pathname: string): keyof typeof PARAMETERS | null {
  // Without its search a link of either keyspace leads to the root.
  const place = parsePermalink({ pathname, search: '' })
  if (place?.page === 'resources') return place.resource === null ? 'resources' : 'table'
  if (place?.page === 'namespaces') return place.namespace === null ? 'namespaces' : 'namespace'
  return place?.page ?? null
}

function problemOf(parameter: string, value: string, check: Check): AddressProblem[] {
  if (check === 'any') return []
  if (check === 'revision') return isRevision(value) ? [] : [{ parameter, value, reason: 'revision' }]
  if (check === 'comparison') return parseDiff(value) === null ? [{ parameter, value, reason: 'comparison' }] : []
  if (check === 'base64url') return /^[A-Za-z0-9_-]*$/.test(value) && value.length % 4 !== 1 ? [] : [{ parameter, value, reason: 'key64' }]
  const isPhase = parameter === 'only' && value.startsWith('phase:')
  return value === '' || isPhase || check.includes(value) ? [] : [{ parameter, value, reason: 'choice', choices: check }]
}
