// The palette: type any key or path to go there, or choose a page, a cluster or an action.
import { v2Link } from '@registree/contract'
import { Command } from 'cmdk'
import { CornerDownLeft } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { text } from '../../i18n/en.ts'
import { utf8 } from '../../lib/bytes.ts'
import { v3Href } from '../../lib/links.ts'
import { KeyspaceBadge } from '../../ui/Badge.tsx'
import { Dialog } from '../../ui/Dialog.tsx'

export type PaletteEntry = { id: string; label: ReactNode; words: string; group: string; keys?: string | undefined; run: () => void }

const t = text.search

/** What a person types is taken as it is: a key, a directory when it ends in a slash, a v2 path too where there is that keyspace. */
export function Palette({
  open,
  onOpenChange,
  cluster,
  hasV2,
  hasV3,
  entries,
  onGo,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  cluster: string | null
  hasV3: boolean
  hasV2: boolean
  entries: readonly PaletteEntry[]
  onGo: (href: string) => void
}) {
  const [typed, setTyped] = useState('')
  const close = () => {
    onOpenChange(false)
    setTyped('')
  }
  const run = (action: () => void) => () => {
    close()
    action()
  }
  const key = typed.trim() === '' ? '' : typed
  const isPath = key.includes('/') || key.includes('_')
  const shown = entries.filter((entry) => typed === '' || entry.words.toLowerCase().includes(typed.trim().toLowerCase()))
  const groups = [...new Set(shown.map((entry) => entry.group))]
  const row = 'flex min-h-8 items-center gap-2 rounded px-2 data-[selected=true]:bg-hover'
  return (
    <Dialog open={open} onOpenChange={(next) => (next ? onOpenChange(true) : close())} title={t.title} hideTitle>
      <Command shouldFilter={false} label={t.title} className="flex min-h-0 flex-col" loop>
        <Command.Input
          autoFocus
          value={typed}
          onValueChange={setTyped}
          placeholder={t.placeholder}
          className="h-11 shrink-0 border-b border-line bg-transparent px-4 font-mono text-base text-ink placeholder:font-sans placeholder:text-faint focus:outline-none"
        />
        <Command.List className="min-h-0 overflow-y-auto p-1.5">
          <Command.Empty className="px-2 py-3 text-soft">{t.none}</Command.Empty>
          {cluster !== null && isPath && (
            <Command.Group>
              {hasV3 && (
                <Command.Item
                  value="go-v3"
                  className={row}
                  onSelect={run(() => onGo(v3Href(cluster, key.endsWith('/') ? 'directory' : 'key', utf8(key))))}
                >
                  <KeyspaceBadge keyspace="v3" />
                  <span className="min-w-0 flex-1 truncate">{key.endsWith('/') ? t.goDirectory(key) : t.goKey(key)}</span>
                  <CornerDownLeft size={14} aria-hidden className="text-faint" />
                </Command.Item>
              )}
              {hasV3 && !key.endsWith('/') && (
                <Command.Item
                  value="go-v3-directory"
                  className={row}
                  onSelect={run(() => onGo(v3Href(cluster, 'directory', utf8(`${key}/`))))}
                >
                  <KeyspaceBadge keyspace="v3" />
                  <span className="min-w-0 flex-1 truncate">{t.goDirectory(`${key}/`)}</span>
                </Command.Item>
              )}
              {hasV2 && key.startsWith('/') && (
                <Command.Item
                  value="go-v2"
                  className={row}
                  onSelect={run(() => onGo(v2Link(cluster, key === '/' ? key : key.replace(/\/+$/, ''))))}
                >
                  <KeyspaceBadge keyspace="v2" />
                  <span className="min-w-0 flex-1 truncate">{t.goV2(key)}</span>
                </Command.Item>
              )}
            </Command.Group>
          )}
          {groups.map((group) => (
            <Command.Group
              key={group}
              heading={group}
              className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-faint"
            >
              {shown
                .filter((entry) => entry.group === group)
                .map((entry) => (
                  <Command.Item key={entry.id} value={entry.id} className={row} onSelect={run(entry.run)}>
                    <span className="min-w-0 flex-1 truncate">{entry.label}</span>
                    {entry.keys && <kbd className="font-mono text-xs text-faint">{entry.keys}</kbd>}
                  </Command.Item>
                ))}
            </Command.Group>
          ))}
        </Command.List>
      </Command>
    </Dialog>
  )
}
