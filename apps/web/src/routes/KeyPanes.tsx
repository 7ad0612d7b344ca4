// How the panes of a keyspace stand: side by side and resizable, or one page each on a narrow screen.
import { ArrowUp } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Panel, PanelGroup, PanelResizeHandle } from 'react-resizable-panels'
import { text } from '../i18n/en.ts'
import { toHex } from '../lib/bytes.ts'
import { LinkTo } from '../lib/LinkTo.tsx'
import { useMedia, useNarrow } from '../lib/media.ts'
import { KeyspaceBadge } from '../ui/Badge.tsx'
import { Button, buttonClass } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'

const t = text.keys

/** `parsed` is what the address was understood as: it is put into the page so that a test in a browser can compare it byte for byte. */
export function KeyPanes({
  keyspace,
  up,
  title,
  bar,
  tree,
  main,
  facts,
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
  parsed: Uint8Array
  kind: 'key' | 'directory'
}) {
  const narrow = useNarrow()
  const tight = useMedia('(max-width: 1159px)')
  const [treeOpen, setTreeOpen] = useState(false)
  const [showFacts, setShowFacts] = useState(false)
  const marks = { 'data-keyspace': keyspace, 'data-kind': kind, 'data-key': toHex(parsed) }
  const separator =
    'relative w-px bg-line outline-offset-0 after:absolute after:inset-y-0 after:-left-1 after:w-[9px] hover:bg-accent data-[resize-handle-state=drag]:bg-accent'
  const colour = keyspace === 'v3' ? 'border-v3' : 'border-v2'

  const tabs = facts !== null && (
    <Button tone="quiet" aria-pressed={showFacts} onClick={() => setShowFacts(!showFacts)} className={showFacts ? 'bg-hover' : ''}>
      {showFacts ? t.value : t.facts}
    </Button>
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
      {tabs}
      <Button tone="quiet" onClick={() => setTreeOpen(true)}>
        {t.showTree}
      </Button>
    </div>
  )
  if (narrow)
    return (
      <div className={`flex h-full min-h-0 flex-col border-t-2 ${colour}`} {...marks}>
        {head}
        <div className="flex min-h-0 flex-1 flex-col overflow-auto">{showFacts && facts !== null ? facts : main}</div>
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
  const beside = facts !== null && !tight
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
        {tight && facts !== null && <div className="flex h-9 shrink-0 items-center justify-end border-b border-line px-2">{tabs}</div>}
        <div className="flex min-h-0 flex-1 flex-col overflow-auto">{tight && showFacts && facts !== null ? facts : main}</div>
      </Panel>
      {beside && (
        <>
          <PanelResizeHandle aria-label={t.resizeFacts} className={separator} />
          <Panel id="facts" order={3} defaultSize={23} minSize={14} className="min-w-0">
            <section aria-label={t.facts} className="h-full overflow-y-auto">
              {facts}
            </section>
          </Panel>
        </>
      )}
    </PanelGroup>
  )
}
