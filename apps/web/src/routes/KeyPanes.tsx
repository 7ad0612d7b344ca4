// Arranges the panes of a keyspace: side by side and resizable, or one page each on a narrow screen.

import { ArrowUp } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { keysText } from '../i18n/keys-text.ts'
import { text } from '../i18n/text.ts'
import { toHex } from '../lib/bytes.ts'
import { LinkTo } from '../lib/LinkTo.tsx'
import { useMedia, useNarrow } from '../lib/media.ts'
import { KeyspaceBadge } from '../ui/Badge.tsx'
import { Button, buttonClass } from '../ui/Button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { type Pane as PaneBeside, Panes } from '../ui/Panes.tsx'

const t = keysText.keys

/** The parts of a key's page; a narrow screen shows one at a time. */
export const PANES = ['value', 'related', 'facts'] as const
export type Pane = (typeof PANES)[number]

/** Whether facts and related objects are beside the value. */
export const useBeside = (): boolean => useMedia('(min-width: 1160px)')

/** `parsed` is the parsed URL: put into the page so that a browser test can compare it byte for byte. */
export function KeyPanes({
  keyspace,
  up,
  title,
  bar,
  tree,
  main,
  facts,
  related = null,
  pane,
  paneHref,
  parsed,
  kind,
}: {
  keyspace: 'v3' | 'v2'
  up: string | null
  title: string
  bar: ReactNode
  tree: ReactNode
  main: ReactNode
  facts: ReactNode
  /** Related objects; null if it is not an object. */
  related?: ReactNode
  /** The part that a narrow screen shows. */
  pane: Pane
  paneHref: (pane: Pane) => string
  parsed: Uint8Array
  kind: 'key' | 'directory'
}) {
  const narrow = useNarrow()
  const wide = useBeside()
  const [treeOpen, setTreeOpen] = useState(false)
  const marks = { 'data-keyspace': keyspace, 'data-kind': kind, 'data-key': toHex(parsed) }
  const colour = keyspace === 'v3' ? 'border-v3' : 'border-v2'

  const parts = { value: main, related, facts }
  const shown = parts[pane] === null ? 'value' : pane
  const tabs = facts !== null && (
    <nav aria-label={t.parts} className="flex h-9 shrink-0 items-stretch gap-1 border-b border-line px-2">
      {PANES.filter((name) => parts[name] !== null).map((name) => (
        <LinkTo
          key={name}
          href={paneHref(name)}
          aria-current={name === shown ? 'page' : undefined}
          className={classNames(
            '-mb-px inline-flex items-center border-b-2 px-2.5 no-underline',
            name === shown ? 'border-accent text-ink' : 'border-transparent text-soft hover:text-ink',
          )}
        >
          {t[name]}
        </LinkTo>
      ))}
    </nav>
  )
  const head = (
    <div className={`flex h-10 shrink-0 items-center gap-1.5 border-b border-line px-2 md:hidden`}>
      <KeyspaceBadge keyspace={keyspace} />
      {up !== null && (
        <LinkTo href={up} aria-label={t.up} className={buttonClass('quiet')}>
          <ArrowUp size={14} aria-hidden />
        </LinkTo>
      )}
      <h1 className="min-w-0 flex-1 truncate text-left font-mono text-xs" title={title} dir="rtl">
        <bdi dir="ltr">{title}</bdi>
      </h1>
      <Button tone="quiet" onClick={() => setTreeOpen(true)}>
        {t.showTree}
      </Button>
    </div>
  )
  if (narrow)
    return (
      <div className={`flex h-full min-h-0 flex-col border-t-2 ${colour}`} {...marks}>
        {head}
        {tabs}
        <div className="flex min-h-0 flex-1 flex-col overflow-auto">{parts[shown]}</div>
        <Dialog
          open={treeOpen}
          onOpenChange={setTreeOpen}
          title={keyspace === 'v3' ? t.treeV3 : t.treeV2}
          closeLabel={text.nav.close}
          side
          className="w-[22rem]"
        >
          {bar}
          <div className="min-h-0 flex-1">{tree}</div>
        </Dialog>
      </div>
    )
  const beside = facts !== null && wide
  const factsPart = (
    <section aria-label={t.facts} className="h-full overflow-y-auto">
      {facts}
    </section>
  )
  const [treeShare, factsShare] = beside ? [24, related === null ? 23 : 26] : [28, 0]
  const panes: PaneBeside[] = [
    {
      id: 'tree',
      share: treeShare,
      least: 12,
      className: 'flex min-w-0 flex-col bg-surface',
      children: (
        <>
          {bar}
          <div className="min-h-0 flex-1">{tree}</div>
        </>
      ),
    },
    {
      id: 'main',
      share: 100 - treeShare - factsShare,
      least: 25,
      handle: t.resizeTree,
      className: 'flex min-w-0 flex-col',
      children: (
        <>
          <h1 className="sr-only">{title}</h1>
          {!wide && tabs}
          <div className="flex min-h-0 flex-1 flex-col overflow-auto">{wide ? main : parts[shown]}</div>
        </>
      ),
    },
  ]
  const relatedPart = (
    <section aria-label={t.related} className="h-full overflow-y-auto">
      {related}
    </section>
  )
  if (beside)
    panes.push({
      id: 'facts',
      share: factsShare,
      least: 14,
      handle: t.resizeFacts,
      className: 'min-w-0',
      children:
        related === null ? (
          factsPart
        ) : (
          <Panes
            across={false}
            savedAs={`registree.shares.${keyspace}.related`}
            panes={[
              { id: 'related', share: 68, least: 15, children: relatedPart },
              { id: 'facts-below', share: 32, least: 10, handle: t.resizeRelated, children: factsPart },
            ]}
          />
        ),
    })
  return (
    <Panes across savedAs={`registree.shares.${keyspace}.${panes.length}`} panes={panes} className={`border-t-2 ${colour}`} {...marks} />
  )
}
