// Arranges the panes of a keyspace: side by side and resizable, or one page each on a narrow screen.
import { ArrowUp } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Panel, PanelGroup, PanelResizeHandle } from 'react-resizable-panels'
import { text } from '../i18n/text.ts'
import { toHex } from '../lib/bytes.ts'
import { LinkTo } from '../lib/LinkTo.tsx'
import { useMedia, useNarrow } from '../lib/media.ts'
import { KeyspaceBadge } from '../ui/Badge.tsx'
import { Button, buttonClass } from '../ui/Button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Dialog } from '../ui/Dialog.tsx'

const t = text.keys

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
  const separator =
    'relative w-px bg-line outline-offset-0 after:absolute after:inset-y-0 after:-left-1 after:w-[9px] hover:bg-accent data-[resize-handle-state=drag]:bg-accent'
  const across =
    'relative h-px bg-line outline-offset-0 after:absolute after:inset-x-0 after:-top-1 after:h-[9px] hover:bg-accent data-[resize-handle-state=drag]:bg-accent'
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
  return (
    <PanelGroup
      direction="horizontal"
      autoSaveId={`registree.panes.${keyspace}.${beside ? 3 : 2}`}
      className={`border-t-2 ${colour}`}
      {...marks}
    >
      <Panel id="tree" order={1} defaultSize={beside ? 24 : 28} minSize={12} className="flex min-w-0 flex-col bg-surface">
        {bar}
        <div className="min-h-0 flex-1">{tree}</div>
      </Panel>
      <PanelResizeHandle aria-label={t.resizeTree} className={separator} />
      <Panel id="main" order={2} minSize={25} className="flex min-w-0 flex-col">
        <h1 className="sr-only">{title}</h1>
        {!wide && tabs}
        <div className="flex min-h-0 flex-1 flex-col overflow-auto">{wide ? main : parts[shown]}</div>
      </Panel>
      {beside && (
        <>
          <PanelResizeHandle aria-label={t.resizeFacts} className={separator} />
          <Panel id="facts" order={3} defaultSize={related === null ? 23 : 26} minSize={14} className="min-w-0">
            {related === null ? (
              <section aria-label={t.facts} className="h-full overflow-y-auto">
                {facts}
              </section>
            ) : (
              <PanelGroup direction="vertical" autoSaveId={`registree.panes.${keyspace}.related`}>
                <Panel id="related" order={1} defaultSize={68} minSize={15}>
                  <section aria-label={t.related} className="h-full overflow-y-auto">
                    {related}
                  </section>
                </Panel>
                <PanelResizeHandle aria-label={t.resizeRelated} className={across} />
                <Panel id="facts-below" order={2} minSize={10}>
                  <section aria-label={t.facts} className="h-full overflow-y-auto">
                    {facts}
                  </section>
                </Panel>
              </PanelGroup>
            )}
          </Panel>
        </>
      )}
    </PanelGroup>
  )
}
