// What the palette shows for what is known of a text: order, groups, and the option that Enter takes.

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { paletteText } from '../../i18n/palette-text.ts'
import { PaletteContent, type PaletteEntry } from './Palette.tsx'

const t = paletteText.search
const entry = (label: string, group: PaletteEntry['group'], rank: number, more: Partial<PaletteEntry> = {}): PaletteEntry => ({
  id: label,
  group,
  rank,
  label,
  run: () => {},
  ...more,
})
const drawn = (...entries: PaletteEntry[]) =>
  renderToStaticMarkup(
    <QueryClientProvider client={new QueryClient()}>
      <PaletteContent
        cluster={null}
        hasV3={false}
        hasV2={false}
        meaning={() => ({ entries, short: null, searchable: false })}
        onGo={() => {}}
        onClose={() => {}}
      />
    </QueryClientProvider>,
  )
/** The options in their order, each with its attributes and its words. */
const options = (html: string) =>
  [...html.matchAll(/<div id="([^"]*)" role="option" aria-selected="(true|false)"[^>]*>(.*?)<\/div>/g)].map(([, id, selected, inner]) => ({
    id,
    selected: selected === 'true',
    words: inner?.replace(/<[^>]*>/g, '|').replace(/\|+/g, '|') ?? '',
  }))

describe('the palette', () => {
  it('puts the best match first, and of equal ones places before actions', () => {
    const html = drawn(
      entry('Copy link', 'actions', 1),
      entry('Findings', 'go', 1),
      entry('Find nothing', 'actions', 2),
      entry('demo', 'clusters', 0),
    )
    expect(options(html).map(({ words }) => words)).toEqual(['|demo|', '|Findings|', '|Copy link|', '|Find nothing|'])
  })

  it('names the groups, and keeps each together', () => {
    const html = drawn(entry('a', 'go', 0), entry('b', 'actions', 1), entry('c', 'go', 2))
    expect(options(html).map(({ words }) => words)).toEqual(['|a|', '|c|', '|b|'])
    for (const group of ['go', 'actions'] as const) expect(html.split(`>${t.groups[group]}<`)).toHaveLength(2)
    expect(html.match(/role="group"/g)).toHaveLength(2)
  })

  it('marks the first option, which the field names to assistive technology', () => {
    const html = drawn(entry('Pods', 'go', 0), entry('Findings', 'go', 1))
    const [first, second] = options(html)
    expect([first?.selected, second?.selected]).toEqual([true, false])
    expect(html).toContain(`aria-activedescendant="${first?.id}"`)
    expect(html).toContain('aria-expanded="true"')
  })

  it('offers a place once, by its best name', () => {
    const html = drawn(entry('Pods table', 'go', 2, { href: '/demo/pods' }), entry('Pods', 'go', 0, { href: '/demo/pods' }))
    expect(options(html).map(({ words }) => words)).toEqual(['|Pods|'])
  })

  it('shows the keyspace, a note and the keys of an entry', () => {
    const html = drawn(entry('/registry/a', 'keys', 0, { badge: 'v3', note: 'ConfigMap', keys: 'g k' }))
    expect(options(html)[0]?.words).toMatch(/v3.*\/registry\/a\|ConfigMap\|g k\|/)
  })

  it('has a closed list and no message before anything is typed', () => {
    const html = drawn()
    expect(html).toContain('aria-expanded="false"')
    expect(html).not.toContain('role="option"')
  })
})
