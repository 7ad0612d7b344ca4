// How many results each kind and namespace has so far; a click narrows the search down to it.
import { count } from '../../lib/size.ts'
import type { ShownResult } from './queries.ts'
import { searchText as t } from './strings.ts'

/** Of each. */
const MOST = 30

export function Facets({ results, asked, onAsk }: { results: readonly ShownResult[]; asked: string; onAsk: (asked: string) => void }) {
  const of = (part: 'kind' | 'namespace') => counted(results.map((result) => result[part]))
  return (
    <section aria-label={t.facets} className="flex h-[3.25rem] flex-col gap-1">
      <Facet label={t.kinds} values={of('kind')} onChoose={(kind) => onAsk(`${asked} kind:${kind}`)} />
      <Facet label={t.namespaces} values={of('namespace')} onChoose={(namespace) => onAsk(`${asked} namespace:=${namespace}`)} />
    </section>
  )
}

function Facet({ label, values, onChoose }: { label: string; values: readonly [string, number][]; onChoose: (name: string) => void }) {
  return (
    <div className="flex h-6 items-center gap-2">
      <span className="w-20 shrink-0 text-xs text-faint">{label}</span>
      <ul className="flex min-w-0 gap-1 overflow-x-auto">
        {values.slice(0, MOST).map(([name, results]) => (
          <li key={name}>
            <button
              type="button"
              aria-label={t.only({ name, results })}
              onClick={() => onChoose(name)}
              className="inline-flex h-6 items-center gap-1.5 rounded border border-line px-1.5 text-xs whitespace-nowrap hover:bg-hover"
            >
              {name}
              <span className="min-w-[3ch] text-right text-faint tabular-nums">{count(results)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** In the order of their first results, so that none moves while more arrive. */
function counted(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const name of names) if (name !== '') counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts]
}
