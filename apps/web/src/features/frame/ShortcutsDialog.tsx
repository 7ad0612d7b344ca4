// The keyboard shortcuts, opened by `?`.

import { useState } from 'react'
import { paletteText } from '../../i18n/palette-text.ts'
import { text } from '../../i18n/text.ts'
import { Glossary } from '../../lib/Glossary.tsx'
import { glossaryText } from '../../lib/glossary.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'

const list = paletteText.shortcuts.list
const everywhere: [string, string][] = [
  ['/   Ctrl K   ⌘ K', list.palette],
  ['?', list.help],
  ['g o', list.overview],
  ['g r', list.resources],
  ['g p', list.pods],
  ['g n', list.namespaces],
  ['g f', list.flannel],
  ['g i', list.findings],
  ['g s', list.search],
  ['g l', list.lookup],
  ['g k', list.v3],
  ['g 2', list.v2],
  ['r', list.refresh],
  ['t', list.theme],
  ['z', list.zone],
]
const tree: [string, string][] = [
  ['↑  ↓', list.move],
  ['→', list.open],
  ['←', list.shut],
  ['Home  End', list.ends],
  ['Enter', list.enter],
  ['a…z', list.type],
]
const table: [string, string][] = [
  ['f', list.filter],
  ['j  k   ↓  ↑', list.rows],
  ['Enter', list.enter],
  ['c', list.copyRow],
  ['Space', list.select],
  ['Shift ↓  ↑', list.selectRange],
  ['Ctrl A   ⌘ A', list.selectAll],
  ['Esc', list.unselect],
]
const value: [string, string][] = [
  ['Ctrl F   ⌘ F', list.find],
  ['n  N', list.again],
  ['n  N', list.change],
  ['Ctrl Shift [  ]', list.fold],
  ['Enter', list.mark],
  ['Esc', list.unmark],
]
const picture: [string, string][] = [
  ['← → ↑ ↓', list.subnet],
  ['+  -  0', list.zoom],
  ['Enter', list.enter],
]

export function ShortcutsDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const [glossary, setGlossary] = useState(false)
  return (
    <>
      <Dialog open={open} onOpenChange={onOpenChange} title={paletteText.shortcuts.title} closeLabel={text.nav.close}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: by keyboard it can be scrolled only while it has the focus */}
        <section aria-label={paletteText.shortcuts.title} tabIndex={0} className="gap-6 overflow-y-auto p-4 sm:columns-2">
          {(
            [
              [paletteText.shortcuts.everywhere, everywhere],
              [paletteText.shortcuts.tree, tree],
              [paletteText.shortcuts.table, table],
              [paletteText.shortcuts.value, value],
              [paletteText.shortcuts.picture, picture],
            ] as const
          ).map(([title, rows]) => (
            <section key={title} className="mb-4 break-inside-avoid">
              <h3 className="mb-1 text-xs text-faint">{title}</h3>
              <dl>
                {rows.map(([keys, what]) => (
                  <div key={keys} className="flex min-h-6 items-baseline gap-3 py-0.5">
                    <dt className="w-30 shrink-0 font-mono text-xs whitespace-pre text-soft">{keys}</dt>
                    <dd>{what}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </section>
        <p className="flex justify-end border-t border-line px-4 py-2">
          <Button
            onClick={() => {
              onOpenChange(false)
              setGlossary(true)
            }}
          >
            {glossaryText.title}
          </Button>
        </p>
      </Dialog>
      <Glossary open={glossary} onOpenChange={setGlossary} />
    </>
  )
}
