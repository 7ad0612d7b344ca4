// What can be asked: each form of the grammar with an example that a click asks.
import { searchText as t } from './strings.ts'

const EXAMPLES: Readonly<Record<keyof typeof t.forms, string>> = {
  words: 'storefront "not ready"',
  not: 'kind:deployment -storefront',
  glob: 'orders-*',
  pattern: '/v[0-9]+alpha/i',
  address: '172.30.77.5',
  kind: 'kind:pod namespace:kube-system',
  key: 'key:/registry/pods/*',
  label: 'app in (web, cache) !canary',
  field: 'field:spec.containers[*].image=shop:*',
  numbers: 'size:>100KiB version:>1000 age:<10m',
  stored: 'encoding:json encrypted:no lease:*',
}

export function QueryForms({ onAsk }: { onAsk: (asked: string) => void }) {
  return (
    <section className="flex max-w-3xl flex-col gap-2 p-3" data-forms>
      <h2 className="font-medium">{t.help}</h2>
      <ul className="flex flex-col">
        {(Object.keys(EXAMPLES) as (keyof typeof EXAMPLES)[]).map((form) => (
          <li key={form} className="grid items-baseline gap-x-4 border-b border-line/60 py-1 md:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
            <button
              type="button"
              onClick={() => onAsk(EXAMPLES[form])}
              className="min-h-6 text-left font-mono text-[12.5px] break-words text-accent hover:underline"
            >
              {EXAMPLES[form]}
            </button>
            <span className="text-sm text-soft">{t.forms[form]}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
