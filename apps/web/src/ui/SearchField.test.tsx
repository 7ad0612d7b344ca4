// Rendering of the field that filters a list.
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { SearchField } from './SearchField.tsx'

const drawn = (more: Partial<Parameters<typeof SearchField>[0]>) =>
  renderToStaticMarkup(<SearchField label="Filter keys" value="" onChange={() => {}} {...more} />)

it('has a name, and shows it while it is empty', () => {
  expect(drawn({})).toContain('aria-label="Filter keys" placeholder="Filter keys"')
  expect(drawn({ placeholder: 'name…' })).toContain('aria-label="Filter keys" placeholder="name…"')
})

it('can be emptied in one way: by the browser’s own button, or by a named button while there is text', () => {
  expect(drawn({})).toContain('type="search"')
  expect(drawn({ clear: 'Clear' })).toContain('type="text"')
  expect(drawn({ clear: 'Clear' })).not.toContain('<button')
  expect(drawn({ clear: 'Clear', value: 'x' })).toContain('<button type="button" aria-label="Clear"')
})
