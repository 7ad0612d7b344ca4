// How many results each kind and namespace has so far; a click narrows the search down to it.
import { count } from '../../lib/size.ts'
import type { ShownResult } from './queries.ts'
import { searchText as t } from './strings.ts'

/** The most frequent of each. */
const MOST = 12

export function Facets({ results, asked, onAsk }: { results: readonly ShownResult[]; asked: string; onAsk: (asked: string) => void }) {
  const kinds = counted(results.map(({ kind }) => kind))
  const namespaces = counted(results.map(({ namespace }) => namespace))
  if (kinds.length + namespaces.length < 2) return null
  return (
    <section aria-label={t.facets} className="flex flex-col gap-1">
      <Facet label={t.kinds} values={kinds} onChoose={(kind) => onAsk(`${asked} kind:${kind}`)} />
      <Facet label={t.namespaces} values={namespaces} onChoose={(namespace) => onAsk(`${asked} namespace:=${namespace}`)} />
    </section>
  )
}

function Facet({ label, values, onChoose }: { label: string; values: readonly [string, number][]; onChoose: (name: string) => void }) {
  if (values.length === 0) return null
  return (
    <div className="flex items-baseline gap-2">
      <span className="w-20 shrink-0 text-xs text-faint">{label}</span>
      <ul className="flex min-w-0 gap-1 overflow-x-auto md:flex-wrap">
        {values.slice(0, MOST).map(([name, results]) => (
          <li key={name}>
            <button
              type="button"
              aria-label={t.only({ name, results })}
              onClick={() => onChoose(name)}
              className="inline-flex h-6 items-center gap-1.5 rounded border border-line px-1.5 text-xs whitespace-nowrap hover:bg-hover"
            >
              {name}
              <span className="text-faint tabular-nums">{count(results)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** By frequency, then by name. */
function counted(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const name of names) if (name !== '') counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
}
