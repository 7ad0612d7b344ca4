// The line below a table in each state of its reading.
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { tableText as t } from './strings.ts'
import { TableFoot } from './TableFoot.tsx'
import type { TableData } from './table-data.ts'

const head = { revision: '2298', now: '2026-11-24T03:00:00Z', asOf: null, columns: [{ name: 'Name' }, { name: 'Age' }] }
const data = (end: object | null) => ({ head, count: 12, rows: [], end }) as unknown as TableData
const end = { bytes: 2048, milliseconds: 31 }

const drawn = (more: Partial<Parameters<typeof TableFoot>[0]>) =>
  renderToStaticMarkup(
    <TableFoot
      data={data(end)}
      isFetching={false}
      waits={null}
      shownCount={3}
      onCancel={() => {}}
      troubleFirst={false}
      hiddenColumns={[]}
      said=""
      focused={null}
      zone="utc"
      {...more}
    />,
  )

describe('the line below a table', () => {
  it('says how many rows are shown, and at which revision', () => {
    expect(drawn({})).toContain(t.rows(3, 12))
    expect(drawn({})).toContain(t.revision({ revision: '2298' }))
    expect(drawn({})).not.toContain('<button')
  })

  it('counts and can be cancelled while it is read', () => {
    const reading = drawn({ data: data(null), isFetching: true })
    expect(reading).toContain(t.reading({ rows: 12 }))
    expect(reading).toContain(`>${t.cancel}</button>`)
    expect(drawn({ data: undefined, isFetching: true })).toContain(t.readingFirst)
  })

  it('says what it waits for', () => {
    expect(drawn({ data: undefined, isFetching: true, waits: 'Waiting for two others' })).toContain('Waiting for two others')
  })

  it('shows the previous rows while it is read again', () => {
    const again = drawn({ isFetching: true })
    expect(again).toContain(t.rows(3, 12))
    expect(again).toContain(t.readingAgain)
  })

  it('names the columns that are not shown because they are empty', () => {
    const column = { name: 'Nominated Node' } as never
    expect(drawn({ hiddenColumns: [column] })).toContain('Nominated Node')
  })

  it('tells the times behind the ages of the focused row', () => {
    const focused = { name: 'web', namespace: 'shop', instants: { 1: '2026-11-24T02:00:00Z' } } as never
    expect(drawn({ focused })).toMatch(/Age: 2026-11-24 02:00:00/)
  })
})
