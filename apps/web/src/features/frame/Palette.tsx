// The palette: finds pages, actions, resources, objects by name, keys, addresses and links; Enter opens what exists.

import { keyLink, type NamesFound, prefixLink, resourcesLink, v2Link } from '@registree/contract'
import { CornerDownLeft } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react'
import { keysText } from '../../i18n/keys-text.ts'
import { paletteText } from '../../i18n/palette-text.ts'
import { toText, utf8, wireToBytes } from '../../lib/bytes.ts'
import { KeyText } from '../../lib/KeyText.tsx'
import { v3Href } from '../../lib/links.ts'
import { say } from '../../lib/say.ts'
import { KeyspaceBadge } from '../../ui/Badge.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { type Completion, sharedBeginning, useCompletions } from './completions.ts'
import { type NamesSearch, useNames } from './names.ts'
import { takeTyped } from './typed-ahead.ts'

const t = paletteText.search

type PaletteGroup = keyof typeof t.groups

/** An entry of the palette. Lower ranks are better matches: 0 exact, 1 prefix, 2 part, 5 a link to more results. */
export interface PaletteEntry {
  id: string
  group: PaletteGroup
  rank: number
  label: ReactNode
  note?: string
  keys?: string
  badge?: 'v3' | 'v2'
  /** Choosing it changes the palette's content and leaves it open. */
  stays?: boolean
  /** Its target, if it has one: entries with equal targets are one. */
  href?: string
  run: () => void
}

/** What the browser already knows about a text. */
export interface TypedMeaning {
  entries: readonly PaletteEntry[]
  /** The key that a short form (`po/shop/web`) stands for. */
  short: { key: string; path: string; kind: string; rest: string } | null
  /** Whether it may be a part of a name. */
  searchable: boolean
}

interface Places {
  /** Null on pages without a cluster. */
  cluster: string | null
  hasV3: boolean
  hasV2: boolean
  meaning: (typed: string) => TypedMeaning
  onGo: (href: string) => void
}

export function Palette({ open, onOpenChange, ...places }: Places & { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t.title} hideTitle>
      <PaletteContent {...places} onClose={() => onOpenChange(false)} />
    </Dialog>
  )
}

/** The order of entries with equal ranks. */
const ORDER: readonly PaletteGroup[] = [
  'links',
  'lookup',
  'typed',
  'go',
  'clusters',
  'resources',
  'namespaces',
  'objects',
  'names',
  'keys',
  'actions',
  'further',
  'missing',
]
const MOST_NAMES = 40

/** What is in the dialog: the field, what it finds, and a line about the search. */
export function PaletteContent({ cluster, hasV2, hasV3, meaning, onGo, onClose }: Places & { onClose: () => void }) {
  const [typed, setTyped] = useState('')
  useEffect(() => {
    const ahead = takeTyped()
    if (ahead !== '') setTyped(ahead)
  }, [])
  const [chosen, setChosen] = useState<string | null>(null)
  const [whole, setWhole] = useState<string | null>(null)
  const list = useRef<HTMLDivElement>(null)
  const id = useId()

  const known = useMemo(() => meaning(typed), [meaning, typed])
  const key = typed.trim() === '' ? '' : typed
  const isPath = key.includes('/') || key.includes('_')
  const { short } = known
  // For a short form its key comes first, the literal text last.
  const v3Keys = !hasV3 || !isPath || !known.searchable ? [] : short === null ? [key] : [short.key, key]
  const completed = v3Keys[0]
  const v2Path = hasV2 && known.searchable && key.startsWith('/') ? key : null
  const completions = useCompletions(
    cluster ?? '',
    cluster !== null && completed?.includes('/') ? completed : null,
    cluster === null ? null : v2Path,
  )
  // Key completions need no search. Without any, the last segment may be a name elsewhere.
  const begun = completed?.includes('/') === true && (completions.pending || completions.found.length > 0)
  const searched = known.searchable && cluster !== null && !begun ? searchedName(key, short?.rest ?? null) : null
  const names = useNames(cluster, searched, whole)

  const entries =
    cluster === null
      ? known.entries
      : [
          // Links to more results appear only after the search has ended.
          ...known.entries.filter(({ group }) => group !== 'further' || names.state === 'done' || names.state === 'failed'),
          ...typedEntries({ cluster, v3Keys, v2Path, completions, names, onGo }),
          ...completions.found.map((one) => completionEntry(cluster, one, onGo)),
          ...nameEntries({ cluster, names, only: short?.path ?? null, onGo, onWhole: setWhole }),
        ]
  const groups = inGroups(once(entries))
  const flat = groups.flatMap(([, group]) => group)
  // A chosen entry stays chosen while more results arrive; otherwise the first one is.
  const active = flat.find((entry) => entry.id === chosen) ?? flat[0]
  const optionId = (entry: PaletteEntry) => `${id}-${flat.indexOf(entry)}`

  const type = (next: string) => {
    setTyped(next)
    setChosen(null)
    setWhole(null)
    list.current?.scrollTo({ top: 0 })
  }
  const run = (entry: PaletteEntry) => {
    if (!entry.stays) onClose()
    entry.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const at = active === undefined ? -1 : flat.indexOf(active)
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: Math.min(at + 8, flat.length - 1),
      PageUp: Math.max(at - 8, 0),
    }
    const to = event.altKey || event.ctrlKey || event.metaKey ? undefined : steps[event.key]
    if (to !== undefined) {
      event.preventDefault()
      setChosen(flat[(to + flat.length) % Math.max(1, flat.length)]?.id ?? null)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      if (active !== undefined) run(active)
    } else if (event.key === 'Tab' && !event.shiftKey && completions.found.length > 0) {
      event.preventDefault()
      const marked = completions.found.find((one) => one.id === chosen)
      const next = marked?.text ?? sharedBeginning(completions.found, key.startsWith('/') || completed === undefined ? key : completed)
      if (next !== null && next !== typed) type(next)
      // Completions differ from here on: the first is selected, and another Tab takes it.
      else setChosen(completions.found[0]?.id ?? null)
    }
  }
  useEffect(() => {
    if (chosen !== null) list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [chosen])

  const nothing = flat.length === 0 || flat.every(({ group }) => group === 'further')
  return (
    <div className="flex min-h-0 flex-col">
      <input
        // biome-ignore lint/a11y/noAutofocus: the palette is opened to be typed into
        autoFocus
        type="text"
        role="combobox"
        aria-label={t.title}
        aria-expanded={flat.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active === undefined ? undefined : optionId(active)}
        aria-describedby={`${id}-hands`}
        autoComplete="off"
        autoCorrect="off"
        autoCapitalize="none"
        spellCheck={false}
        value={typed}
        onChange={(event) => type(event.target.value)}
        onKeyDown={onKeyDown}
        placeholder={t.placeholder}
        className="h-11 shrink-0 border-b border-line bg-transparent px-4 font-mono text-base text-ink placeholder:font-sans placeholder:text-faint focus:outline-none"
      />
      {nothing && typed.trim() !== '' && <Nothing typed={typed.trim()} names={names} cluster={cluster} searchable={searched !== null} />}
      <div ref={list} id={`${id}-list`} role="listbox" aria-label={t.title} className="min-h-0 overflow-y-auto p-1.5 empty:p-0">
        {groups.map(([group, found]) => (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a listbox
          <div key={group} role="group" aria-labelledby={`${id}-${group}`}>
            <div id={`${id}-${group}`} className="px-2 pt-2 pb-1 text-xs text-faint">
              {t.groups[group]}
            </div>
            {found.map((entry) => (
              // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus, and names the option that Enter takes
              // biome-ignore lint/a11y/useKeyWithClickEvents: its keys are those of the field
              <div
                key={entry.id}
                id={optionId(entry)}
                role="option"
                aria-selected={entry === active}
                onClick={() => run(entry)}
                onPointerMove={() => setChosen(entry.id)}
                className={classNames('flex min-h-8 cursor-pointer items-center gap-2 rounded px-2', entry === active && 'bg-hover')}
              >
                {entry.badge && <KeyspaceBadge keyspace={entry.badge} />}
                <span className="min-w-0 flex-1 truncate">{entry.label}</span>
                {entry.note && <span className="max-w-[45%] shrink-0 truncate text-xs text-faint">{entry.note}</span>}
                {entry.keys && <kbd className="font-mono text-xs text-faint">{entry.keys}</kbd>}
                {entry === active && <CornerDownLeft size={14} aria-hidden className="shrink-0 text-faint" />}
              </div>
            ))}
          </div>
        ))}
      </div>
      <p className="flex min-h-8 shrink-0 flex-wrap items-center justify-between gap-x-3 border-t border-line px-4 py-1 text-xs text-faint">
        <span role="status" className={completions.error === null && names.state !== 'failed' ? '' : 'text-error'}>
          {statusOf(completed, completions, names)}
        </span>
        <span id={`${id}-hands`}>{t.hands}</span>
      </p>
    </div>
  )
}

/** The text searched among names: the typed text, or the last segment of a path; null for none. */
function searchedName(typed: string, rest: string | null): string | null {
  const wanted = rest ?? typed.trim()
  if (!wanted.startsWith('/')) return wanted.replace(/\/+$/, '')
  return wanted.split('/').findLast((part) => part !== '') ?? null
}

/** Offers each target once, at its best rank. */
function once(entries: readonly PaletteEntry[]): PaletteEntry[] {
  const best = new Map<string, PaletteEntry>()
  for (const entry of entries) {
    if (entry.href === undefined) continue
    const known = best.get(entry.href)
    if (known === undefined || entry.rank < known.rank) best.set(entry.href, entry)
  }
  return entries.filter((entry) => entry.href === undefined || best.get(entry.href) === entry)
}

function inGroups(entries: readonly PaletteEntry[]): [PaletteGroup, PaletteEntry[]][] {
  const groups = new Map<PaletteGroup, PaletteEntry[]>()
  for (const entry of entries) {
    const group = groups.get(entry.group)
    if (group === undefined) groups.set(entry.group, [entry])
    else group.push(entry)
  }
  const best = (group: readonly PaletteEntry[]) => Math.min(...group.map(({ rank }) => rank))
  return [...groups]
    .map(([name, group]) => [name, group.sort((a, b) => a.rank - b.rank)] as [PaletteGroup, PaletteEntry[]])
    .sort(([a, left], [b, right]) => best(left) - best(right) || ORDER.indexOf(a) - ORDER.indexOf(b))
}

/** The rank of a key: `unlikely` if the text is a short form of another key. */
const RANKS = { there: 0, unknown: 3, unlikely: 7, missing: 8 }

/** The typed text as a key or path, unchanged. One that is known not to exist is never first. */
function typedEntries({
  cluster,
  v3Keys,
  v2Path,
  completions,
  names,
  onGo,
}: {
  cluster: string
  v3Keys: readonly string[]
  v2Path: string | null
  completions: ReturnType<typeof useCompletions>
  names: NamesSearch
  onGo: (href: string) => void
}): PaletteEntry[] {
  const entries: PaletteEntry[] = []
  const add = (id: string, badge: 'v3' | 'v2', state: keyof typeof RANKS, label: string, href: string) =>
    entries.push({
      id,
      group: state === 'missing' ? 'missing' : 'typed',
      rank: RANKS[state],
      badge,
      label,
      ...(state === 'missing' ? { note: t.missing } : {}),
      href,
      run: () => onGo(href),
    })
  for (const [i, one] of v3Keys.entries()) {
    const directory = one.endsWith('/')
    // Only for the first one completions are known; a key without a slash is searched among the names.
    const { key, below } =
      i > 0 ? { key: undefined, below: undefined } : one.includes('/') ? completions.v3 : { key: isNamed(one, names), below: false }
    const stateOf = (there: boolean | undefined) => (there === undefined ? (i === 0 ? 'unknown' : 'unlikely') : there ? 'there' : 'missing')
    if (directory) add(`v3 directory ${one}`, 'v3', stateOf(below), t.goDirectory({ key: one }), v3Href(cluster, 'directory', utf8(one)))
    else add(`v3 key ${one}`, 'v3', stateOf(key), t.goKey({ key: one }), v3Href(cluster, 'key', utf8(one)))
  }
  if (v2Path !== null) {
    const path = v2Path === '/' ? v2Path : v2Path.replace(/\/+$/, '')
    const state = completions.v2 === undefined ? 'unknown' : completions.v2 ? 'there' : 'missing'
    add('v2', 'v2', state, t.goV2({ path: v2Path }), v2Link(cluster, path))
  }
  // If something begins with the text, it need not be reported that it is not a whole key.
  const found = completions.found.length > 0 || entries.some(({ rank }) => rank === RANKS.there)
  return found ? entries.filter(({ group }) => group !== 'missing') : entries
}

/** Whether a key with this name exists outside the registry; undefined if not all such keys were searched. */
function isNamed(key: string, names: NamesSearch): boolean | undefined {
  if (names.state !== 'done' || names.text !== key.trim().toLowerCase()) return undefined
  if (names.found.some((line) => line.place === 'outside' && line.names.some((one) => one.key === key))) return true
  return names.failed.length > 0 || names.skipped.some(({ place }) => place === 'outside') ? undefined : false
}

function completionEntry(cluster: string, one: Completion, onGo: (href: string) => void): PaletteEntry {
  const v2 = () => v2Link(cluster, (toText(one.bytes) ?? '/').replace(/\/$/, ''))
  const href = one.keyspace === 'v3' ? v3Href(cluster, one.kind, one.bytes) : v2()
  return {
    id: one.id,
    group: 'keys',
    rank: 1,
    badge: one.keyspace,
    label: <KeyText bytes={one.bytes} className="py-1 text-[12.5px] break-all whitespace-normal" />,
    note: one.kind === 'directory' ? keysText.keys.directory : keysText.keys.key,
    href,
    run: () => onGo(href),
  }
}

/** Matching objects and keys, and links to those that were not listed or searched. */
function nameEntries({
  cluster,
  names,
  only,
  onGo,
  onWhole,
}: {
  cluster: string
  names: NamesSearch
  /** The directory of a short form. */
  only: string | null
  onGo: (href: string) => void
  onWhole: (path: string) => void
}): PaletteEntry[] {
  const found = names.found.filter(({ place, path }) => only === null || (place === 'registry' && path === only))
  const entries = found.flatMap((line) => line.names.map((one) => nameEntry(cluster, line, one, names.text, onGo)))
  const listed = entries.sort((a, b) => a.rank - b.rank).slice(0, MOST_NAMES)
  const partly = new Set(names.skipped.map(({ path }) => path))
  const more = found.flatMap((line): PaletteEntry[] =>
    line.place === 'registry' && line.count > line.names.length
      ? [
          {
            id: `more ${line.path}`,
            group: 'further',
            rank: 5,
            // The number of matches is unknown in a directory that was not searched completely.
            label: partly.has(line.path)
              ? t.filterTable({ kind: line.kind || line.path, words: names.text })
              : t.moreNames({ n: line.count, kind: line.kind || line.path, typed: names.text }),
            run: () => onGo(resourcesLink(cluster, line.path, { q: names.text })),
          },
        ]
      : [],
  )
  const unsearched = names.skipped.flatMap(({ place, path, kind, keys }): PaletteEntry[] =>
    place === 'registry' && (only === null || path === only)
      ? [
          {
            id: `whole ${path}`,
            group: 'further',
            rank: 4,
            label: t.searchWhole(kind || path, keys),
            stays: true,
            run: () => onWhole(path),
          },
        ]
      : [],
  )
  return [...listed, ...unsearched, ...more]
}

function nameEntry(
  cluster: string,
  line: NamesFound,
  one: NamesFound['names'][number],
  wanted: string,
  onGo: (href: string) => void,
): PaletteEntry {
  const bytes = wireToBytes(one)
  const small = one.name.toLowerCase()
  const rank = small === wanted || `${one.namespace}/${small}` === wanted ? 0 : small.startsWith(wanted) ? 1 : 2
  const isKey = line.place !== 'registry'
  const name = one.namespace === '' ? one.name : `${one.namespace}/${one.name}`
  const href =
    line.place === 'v2'
      ? v2Link(cluster, one.name === '/' ? one.name : one.name.replace(/\/$/, ''))
      : bytes.at(-1) === 0x2f
        ? prefixLink(cluster, bytes)
        : keyLink(cluster, bytes)
  return {
    id: `name ${line.place} ${one.key ?? one.key64}`,
    group: 'names',
    rank,
    ...(isKey ? { badge: line.place === 'v2' ? ('v2' as const) : ('v3' as const) } : {}),
    label: isKey ? <KeyText bytes={utf8(name)} className="text-[12.5px]" /> : name,
    note: isKey ? keysText.keys.key : line.kind || line.path,
    href,
    run: () => onGo(href),
  }
}

/** In place of an empty list: what was searched, and what was not. */
function Nothing({
  typed,
  names,
  cluster,
  searchable,
}: {
  typed: string
  names: NamesSearch
  cluster: string | null
  searchable: boolean
}) {
  if (cluster === null) return <p className="px-4 py-3 text-soft">{t.nothingWithoutCluster({ typed })}</p>
  if (names.state === 'searching') return <p className="px-4 py-3 text-soft">{t.searching({ keys: names.searched })}</p>
  if (!searchable || names.state === 'idle') return <p className="px-4 py-3 text-soft">{t.typeMore}</p>
  if (names.state === 'failed') return <p className="px-4 py-3 text-soft">{t.nothingKnown({ typed })}</p>
  return (
    <div className="flex flex-col gap-1 px-4 py-3 text-soft">
      <p className="text-ink">{names.skipped.length + names.failed.length === 0 ? t.noName({ typed }) : t.noNameSoFar({ typed })}</p>
      <p>{t.lookedThrough({ keys: names.searched, directories: names.directories })}</p>
      {names.skipped.length > 0 && (
        <p>{t.notThrough({ what: names.skipped.map(({ kind, path, place }) => kind || path || t.places[place]) })}</p>
      )}
      {names.failed.map(({ text, sentences }) => (
        <p key={text}>{say.note(sentences, text)}</p>
      ))}
    </div>
  )
}

function statusOf(
  completed: string | undefined,
  { found, more, pending, error }: ReturnType<typeof useCompletions>,
  names: NamesSearch,
): string {
  if (completed?.includes('/')) {
    if (error !== null) return t.notCompleted({ message: error.message })
    if (pending) return t.completing
    if (found.length > 0 || names.state === 'idle') return t.completions({ n: found.length, more: String(more) })
  }
  if (names.state === 'searching') return t.searching({ keys: names.searched })
  if (names.state === 'failed') return t.notSearched({ message: names.error?.message ?? '' })
  if (names.state === 'done')
    return t.namesFound({
      n: names.found.reduce((sum, { count }) => sum + count, 0),
      keys: names.searched,
      more: String(names.skipped.length > 0),
    })
  return ''
}
