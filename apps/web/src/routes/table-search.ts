// The parameters of a table's URL besides its resource: `?namespace=&q=&sort=&wide=&only=&deleted=&rev=`.
import { isRevision, POD_SELECTIONS } from '@registree/contract'
import type { TableSearch } from '../features/tables/shown-rows.ts'
import { parsePlainSearch } from './search.ts'

export function parseTableSearch(search: string): TableSearch {
  const given = new Map(Object.entries(parsePlainSearch(search)))
  const rev = given.get('rev')
  const only = given.get('only') ?? ''
  return {
    namespace: given.get('namespace') || null,
    q: given.get('q') ?? '',
    sort: given.get('sort') || null,
    wide: given.get('wide') === '1',
    only: only.startsWith('phase:') || POD_SELECTIONS.some((one) => one === only) ? only : null,
    deleted: given.get('deleted') === '1',
    rev: rev !== undefined && isRevision(rev) ? rev : null,
  }
}
