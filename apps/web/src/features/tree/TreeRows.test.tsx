// Rendering of tree rows that are not keys.

import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { keysText } from '../../i18n/keys-text.ts'
import type { Row } from './model.ts'
import { OtherRow, PendingRow } from './TreeRows.tsx'

const place = { style: {}, tabIndex: -1, 'data-focus': false, 'aria-level': 2, className: 'row' }
const drawn = (row: Partial<Row>) =>
  renderToStaticMarkup(
    <OtherRow row={{ id: 'x', parent: 'p', level: 2, ...row } as never} place={place} onClick={() => {}} onFocus={() => {}} />,
  )

describe('a row that is not a key', () => {
  it.each([
    [{ type: 'empty' }, keysText.keys.empty],
    [{ type: 'error' }, keysText.keys.failed],
    [{ type: 'more', loading: true, auto: true }, keysText.keys.loadingMore],
    [{ type: 'more', loading: false, auto: true }, keysText.keys.more],
    [{ type: 'more', loading: false, auto: false }, keysText.keys.beyond],
  ] as [Partial<Row>, string][])('%o says what it is', (row, words) => expect(drawn(row)).toContain(`>${words}</span>`))

  it('is an item of the tree at its level, and red only where something failed', () => {
    expect(drawn({ type: 'error' })).toMatch(/text-error.*role="treeitem"/)
    expect(drawn({ type: 'empty' })).toContain('aria-level="2"')
    expect(drawn({ type: 'empty' })).not.toContain('text-error')
  })

  it('is busy while it is read', () => {
    expect(renderToStaticMarkup(<PendingRow {...place} />)).toContain(`aria-label="${keysText.keys.loading}" aria-busy="true"`)
  })
})
