// What the address of a table says beside its resource: `?namespace=&q=&sort=&wide=&only=&rev=`.
import type { TableSearch } from '../features/tables/shown-rows.ts'

export function parseTableSearch(search: string): TableSearch {
  const given = new URLSearchParams(search)
  const rev = given.get('rev')
  return {
    namespace: given.get('namespace') || null,
    q: given.get('q') ?? '',
    sort: given.get('sort') || null,
    wide: given.get('wide') === '1',
    only: given.get('only') || null,
    rev: rev !== null && /^[0-9]+$/.test(rev) ? rev : null,
  }
}
