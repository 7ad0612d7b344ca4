// Rendering of tree rows that are keys and directories.

import { utf8 } from '@registree/keyspace'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { keysText } from '../../i18n/keys-text.ts'
import type { TreeNode } from './model.ts'
import { NodeRow } from './NodeRow.tsx'

const place = { style: {}, tabIndex: -1, 'data-focus': false, 'aria-level': 3, className: 'row' }
const nothing = () => {}
const drawn = (node: Partial<TreeNode>, more: Partial<Parameters<typeof NodeRow>[0]> = {}) =>
  renderToStaticMarkup(
    <NodeRow
      row={{
        type: 'node',
        id: 'kx',
        level: 3,
        parent: 'p',
        node: { id: 'kx', label: utf8('web'), directory: false, href: '/demo/v3/registry/web', ...node },
        expanded: false,
        posinset: 2,
        setsize: 9,
      }}
      place={place}
      keyspace="v3"
      selected={false}
      asideId="aside"
      aside={undefined}
      onClick={nothing}
      onToggle={nothing}
      onFocus={nothing}
      onPointerEnter={nothing}
      onPointerLeave={nothing}
      {...more}
    />,
  )

describe('a row that is a key or directory', () => {
  it('is a link, and an item of the tree with its level and position', () => {
    const row = drawn({})
    for (const said of ['href="/demo/v3/registry/web"', 'role="treeitem"', 'aria-level="3"', 'aria-posinset="2"', 'aria-setsize="9"'])
      expect(row).toContain(said)
    expect(row).toContain('aria-label="web"')
  })

  it('says of a directory alone whether it is open, and has a chevron', () => {
    expect(drawn({ directory: true })).toContain('aria-expanded="false"')
    expect(drawn({ directory: true })).toContain('data-chevron')
    expect(drawn({})).not.toMatch(/aria-expanded|data-chevron/)
  })

  it('is marked in the colour of its keyspace when the page shows it', () => {
    expect(drawn({}, { selected: true })).toMatch(/class="row border-l-2 border-v3 .*aria-selected="true"|aria-selected="true".*border-v3/)
    expect(drawn({}, { selected: true, keyspace: 'v2' })).toContain('border-v2')
    expect(drawn({})).toContain('aria-selected="false"')
  })

  it('is described by what is at the end of a directory, and keeps its place while that is unknown', () => {
    expect(drawn({ directory: true }, { aside: '12' })).toMatch(/aria-describedby="aside".*<span id="aside"[^>]*>12<\/span>/)
    expect(drawn({ directory: true }, { aside: null })).toContain('id="aside"')
    expect(drawn({}, { aside: '12' })).not.toContain('aside')
  })

  it('says that a key is hidden, and shows bytes that could mislead as escapes', () => {
    expect(drawn({ hidden: true })).toContain(`aria-label="web ${keysText.keys.hidden}"`)
    expect(drawn({ label: utf8('a\u202eb') })).toContain('aria-label="a\\u202eb"')
  })
})
