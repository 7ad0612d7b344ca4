// The controls above a table, for each state of the table and of its URL.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { tableText as t } from './strings.ts'
import { TableTools } from './TableTools.tsx'
import type { TableData } from './table-data.ts'

const table = (head: object = {}) =>
  ({
    head: { path: 'pods', kind: 'Pod', namespaced: true, columns: [], ...head },
    namespaces: ['shop'],
    rows: [],
    count: 2,
  }) as unknown as TableData
const search = { namespace: null, q: '', sort: null, wide: false, only: null, rev: null }
const filter = { typed: '', setTyped: () => {}, hint: 'status:Crash', input: { current: null }, intoRows: () => {} }

const drawn = (more: Partial<Parameters<typeof TableTools>[0]> = {}) =>
  renderToStaticMarkup(
    <QueryClientProvider client={new QueryClient()}>
      <TableTools
        cluster={{ name: 'demo', kubernetesPrefix: '/registry' } as never}
        data={table()}
        search={search as never}
        onSearch={() => {}}
        filter={filter}
        shown={{ rows: [{}, {}], count: 2 } as never}
        columns={[]}
        allColumns={[]}
        picking={false}
        onPicking={() => {}}
        isFetching={false}
        onRefresh={() => {}}
        {...more}
      />
    </QueryClientProvider>,
  )
const DISABLED = /\s(aria-)?disabled="/
/** The opening tag of the control with this name. */
const control = (html: string, name: string) => new RegExp(`<(button|input)[^>]*aria-label="${name}"[^>]*>`).exec(html)?.[0] ?? ''

describe('the controls of a table', () => {
  it('name the namespace that is read: all, one, or none for cluster-wide resources', () => {
    expect(control(drawn(), t.allNamespaces)).not.toMatch(DISABLED)
    expect(control(drawn({ search: { ...search, namespace: 'shop' } as never }), t.oneNamespace({ name: 'shop' }))).not.toBe('')
    expect(control(drawn({ data: table({ namespaced: false }) }), t.clusterWide)).toMatch(DISABLED)
  })

  it('show what is typed into the filter, and an example while it is empty', () => {
    expect(control(drawn(), t.filter)).toContain('placeholder="status:Crash"')
    expect(control(drawn({ filter: { ...filter, typed: 'node:a' } }), t.filter)).toContain('value="node:a"')
  })

  it('say whether wide columns are shown', () => {
    expect(control(drawn(), t.wide)).toContain('aria-pressed="false"')
    expect(control(drawn({ search: { ...search, wide: true } as never }), t.wide)).toContain('aria-pressed="true"')
  })

  it('offer a download only of rows, and a reload only when none is under way', () => {
    expect(control(drawn(), t.download)).not.toMatch(DISABLED)
    expect(control(drawn({ shown: { rows: [], count: 0 } as never }), t.download)).toMatch(DISABLED)
    expect(control(drawn(), t.refresh)).not.toMatch(DISABLED)
    expect(control(drawn({ isFetching: true }), t.refresh)).toMatch(DISABLED)
  })

  it('leave the order to the column heads while the page is wide', () => expect(control(drawn(), t.sort)).toBe(''))
})
