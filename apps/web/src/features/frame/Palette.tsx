// The palette: type any key or path to go there, completed as it is typed, or choose a page, a resource, an object, a cluster or an action.
import { v2Link } from '@registree/contract'
import { Command } from 'cmdk'
import { CornerDownLeft } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useDeferredValue, useId, useMemo, useState } from 'react'
import { text } from '../../i18n/en.ts'
import { toText, utf8 } from '../../lib/bytes.ts'
import { KeyText } from '../../lib/KeyText.tsx'
import { v3Href } from '../../lib/links.ts'
import { KeyspaceBadge } from '../../ui/Badge.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { type Completion, sharedBeginning, useCompletions } from './completions.ts'

export type PaletteEntry = {
  id: string
  label: ReactNode
  words: string
  group: string
  note?: string
  keys?: string | undefined
  run: () => void
}

const t = text.search

interface Places {
  cluster: string | null
  hasV3: boolean
  hasV2: boolean
  entries: readonly PaletteEntry[]
  known: (typed: string) => readonly PaletteEntry[]
  longForm: (typed: string) => string | null
  onGo: (href: string) => void
}

/**
 * What a person types is taken as it is: a key, a directory when it ends in a slash, a v2 path too where there is that keyspace.
 * `known` gives what the words may mean besides; `longForm` the key that a short form stands for (`pods/shop/web`), null for what is none.
 */
export function Palette({
  open,
  onOpenChange,
  ...places
}: Places & {
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t.title} hideTitle>
      <Content {...places} onClose={() => onOpenChange(false)} />
    </Dialog>
  )
}

function Content({ cluster, hasV2, hasV3, entries, known, longForm, onGo, onClose }: Places & { onClose: () => void }) {
  const [typed, setTyped] = useState('')
  const [selected, setSelected] = useState('')
  const hint = useId()
  const run = (action: () => void) => () => {
    onClose()
    action()
  }
  const key = typed.trim() === '' ? '' : typed
  const isPath = key.includes('/') || key.includes('_')
  const long = hasV3 && cluster !== null && key.includes('/') ? longForm(key) : null
  // Where a short form is meant its key comes first, and what stands there literally last.
  const v3Keys = !hasV3 || !isPath ? [] : long === null ? [key] : [long, key]
  const completed = v3Keys[0]
  const { found, more, pending, error } = useCompletions(
    cluster ?? '',
    cluster !== null && completed?.includes('/') ? completed : null,
    cluster !== null && hasV2 && key.startsWith('/') ? key : null,
  )
  const later = useDeferredValue(typed)
  const meant = useMemo(() => known(later), [known, later])
  const words = typed.trim().toLowerCase()
  const shown = [...meant, ...entries.filter((entry) => typed === '' || entry.words.toLowerCase().includes(words))]
  const groups = [...new Set(shown.map((entry) => entry.group))]
  const row = 'flex min-h-8 items-center gap-2 rounded px-2 data-[selected=true]:bg-hover'
  const heading =
    '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-faint'

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Tab' || event.shiftKey || found.length === 0) return
    const marked = found.find(({ id }) => id === selected)
    const next = marked?.text ?? sharedBeginning(found, key.startsWith('/') || completed === undefined ? key : completed)
    event.preventDefault()
    if (next !== null && next !== typed) setTyped(next)
    // They part here: the first is marked, and another Tab takes it.
    else setSelected(found[0]?.id ?? '')
  }
  return (
    <Command shouldFilter={false} label={t.title} className="flex min-h-0 flex-col" loop value={selected} onValueChange={setSelected}>
      <Command.Input
        autoFocus
        value={typed}
        onValueChange={setTyped}
        onKeyDown={onKeyDown}
        aria-describedby={hint}
        placeholder={t.placeholder}
        className="h-11 shrink-0 border-b border-line bg-transparent px-4 font-mono text-base text-ink placeholder:font-sans placeholder:text-faint focus:outline-none"
      />
      <Command.List className="min-h-0 overflow-y-auto p-1.5">
        <Command.Empty className="px-2 py-3 text-soft">{t.none}</Command.Empty>
        {cluster !== null && isPath && (
          <Command.Group>
            {v3Keys.flatMap((one) => [
              <Command.Item
                key={one}
                value={`go-v3 ${one}`}
                className={row}
                onSelect={run(() => onGo(v3Href(cluster, one.endsWith('/') ? 'directory' : 'key', utf8(one))))}
              >
                <KeyspaceBadge keyspace="v3" />
                <span className="min-w-0 flex-1 truncate">{one.endsWith('/') ? t.goDirectory(one) : t.goKey(one)}</span>
                {one === completed && <CornerDownLeft size={14} aria-hidden className="text-faint" />}
              </Command.Item>,
              ...(one.endsWith('/') || one !== completed
                ? []
                : [
                    <Command.Item
                      key={`${one}/`}
                      value="go-v3-directory"
                      className={row}
                      onSelect={run(() => onGo(v3Href(cluster, 'directory', utf8(`${one}/`))))}
                    >
                      <KeyspaceBadge keyspace="v3" />
                      <span className="min-w-0 flex-1 truncate">{t.goDirectory(`${one}/`)}</span>
                    </Command.Item>,
                  ]),
            ])}
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
        {cluster !== null && found.length > 0 && (
          <Command.Group heading={t.groups.keys} className={heading}>
            {found.map((one) => (
              <Command.Item key={one.id} value={one.id} className={row} onSelect={run(() => onGo(hrefOf(cluster, one)))}>
                <KeyspaceBadge keyspace={one.keyspace} />
                <KeyText bytes={one.bytes} className="min-w-0 flex-1 py-1 text-[12.5px] break-all" />
                <span className="shrink-0 text-xs text-faint">{one.kind === 'directory' ? text.keys.directory : text.keys.key}</span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {groups.map((group) => (
          <Command.Group key={group} heading={group} className={heading}>
            {shown
              .filter((entry) => entry.group === group)
              .map((entry) => (
                <Command.Item key={entry.id} value={entry.id} className={row} onSelect={run(entry.run)}>
                  <span className="min-w-0 flex-1 truncate">{entry.label}</span>
                  {entry.note && <span className="shrink-0 text-xs text-faint">{entry.note}</span>}
                  {entry.keys && <kbd className="font-mono text-xs text-faint">{entry.keys}</kbd>}
                </Command.Item>
              ))}
          </Command.Group>
        ))}
      </Command.List>
      <p className="flex min-h-8 shrink-0 flex-wrap items-center justify-between gap-x-3 border-t border-line px-4 py-1 text-xs text-faint">
        <span role="status" className={error === null ? '' : 'text-error'}>
          {!completed?.includes('/')
            ? ''
            : error !== null
              ? t.notCompleted(error.message)
              : pending
                ? t.completing
                : t.completions(found.length, more)}
        </span>
        <span id={hint}>{t.hands}</span>
      </p>
    </Command>
  )
}

function hrefOf(cluster: string, { keyspace, kind, bytes }: Completion): string {
  return keyspace === 'v3' ? v3Href(cluster, kind, bytes) : v2Link(cluster, (toText(bytes) ?? '/').replace(/\/$/, ''))
}
