// The value of a key: what it is in words, then as YAML, JSON or text, what did not decode, and its bytes. All of its state is the caller's, so that the URL can own it.
import type { DecodedWire } from '@registree/contract'
import { Copy, Lock, LockOpen, TriangleAlert } from 'lucide-react'
import { Component, lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { displayText, toText, utf8 } from '../../lib/bytes.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Fact, Facts } from '../../ui/Facts.tsx'
import { Menu, MenuItem } from '../../ui/Menu.tsx'
import { SkeletonLines } from '../../ui/Skeleton.tsx'
import { type TabItem, Tabs } from '../../ui/Tabs.tsx'
import { type Command, curl, etcdctlV2, etcdctlV3 } from './commands.ts'
import { formatLineRange, type LineRange, parseLineRange } from './line-range.ts'
import { ObjectHeader } from './ObjectHeader.tsx'
import { ProblemList, problemCount } from './ProblemList.tsx'
import { RawView } from './RawView.tsx'
import { strings } from './strings.ts'

const CodeView = lazy(() => import('./CodeView.tsx'))

export const VALUE_VIEWS = ['yaml', 'json', 'text', 'problems', 'raw'] as const
export type ValueViewName = (typeof VALUE_VIEWS)[number]

/** Which key's value this is: what the copied commands ask for. */
export type ValueSubject =
  | { keyspace: 'v3'; key: Uint8Array; revision: string; modRevision: string }
  | { keyspace: 'v2'; path: string; modifiedIndex: string }

export interface ValueViewProps {
  subject: ValueSubject
  decoded: DecodedWire
  /** Bytes of the stored value. */
  size: number
  /** Addresses of our API: the exact bytes, and this decoded value. */
  rawUrl: string
  apiUrl: string
  /** The address of this page, pinned to the revision, without its hash. */
  link: string
  /** From the URL; whatever is not a form that this value has becomes its first form. */
  view: string | null
  onView: (view: ValueViewName) => void
  /** `#L10-L20`, with or without the `#`. */
  hash: string
  /** A hash without `#`, empty for none. */
  onHash: (hash: string) => void
  revealSecrets: boolean
}

/** The forms in which a value can be seen, the first being the one to open with. */
export function viewsOf(decoded: DecodedWire): ValueViewName[] {
  const views: ValueViewName[] = []
  if (decoded.yaml !== null) views.push('yaml')
  if (decoded.json !== null) views.push('json')
  if (decoded.text !== null) views.push('text')
  if (views.length === 0)
    return decoded.encoding === 'empty' || decoded.encoding === 'encrypted' ? ['problems', 'raw'] : ['raw', 'problems']
  return [...views, 'problems', 'raw']
}

export function ValueView(props: ValueViewProps) {
  const { subject, decoded, size, rawUrl, apiUrl, link, onView, hash, onHash, revealSecrets } = props
  const [goTo, setGoTo] = useState<{ path: string; at: number } | null>(null)
  const [notice, setNotice] = useState('')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  const key = subject.keyspace === 'v3' ? subject.key : subject.path
  const keyLabel = typeof key === 'string' ? displayText(utf8(key)) : displayText(key)
  // Only text goes on the clipboard: bytes that are none go as the escapes that are shown.
  const keyText = (typeof key === 'string' ? key : toText(key)) ?? keyLabel
  const views = useMemo(() => viewsOf(decoded), [decoded])
  const view = views.find((name) => name === props.view) ?? (views[0] as ValueViewName)
  const marked = useMemo(() => parseLineRange(hash), [hash])
  const digests = useMemo(() => decoded.masked.map((place) => place.digest), [decoded])
  const onMark = useCallback((range: LineRange | null) => onHash(formatLineRange(range)), [onHash])
  const text = view === 'yaml' ? decoded.yaml : view === 'json' ? decoded.json : view === 'text' ? decoded.text : null
  const tabNames = strings.tabs
  const problems = problemCount(decoded)
  const codeForm = views.find((name) => name === 'yaml' || name === 'json')

  const copy = async (what: string, content: string) => {
    let said = strings.copy.done(what)
    try {
      await navigator.clipboard.writeText(content)
    } catch {
      said = strings.copy.refused
    }
    setNotice(said)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setNotice(''), 2500)
  }

  const etcdctl: Command =
    subject.keyspace === 'v3' ? etcdctlV3({ key: subject.key, revision: subject.revision, size }) : etcdctlV2({ path: subject.path, size })
  const shownText = text ?? decoded.yaml ?? decoded.text
  const shownForm = text !== null ? tabNames[view] : decoded.yaml !== null ? tabNames.yaml : tabNames.text
  const address = `${new URL(link, location.href).href}${marked ? `#${formatLineRange(marked)}` : ''}`

  const items: TabItem[] = views.map((name) => ({
    value: name,
    label: tabNames[name],
    ...(name === 'problems' && problems > 0 ? { count: problems } : {}),
  }))

  return (
    <div className="flex min-h-0 flex-1 flex-col" data-value-encoding={decoded.encoding}>
      {decoded.summary && <ObjectHeader summary={decoded.summary} decoded={decoded} />}
      <Notices decoded={decoded} revealSecrets={revealSecrets} onList={() => onView('problems')} listed={view === 'problems'} />
      <Tabs
        value={view}
        onChange={(next) => onView(next as ValueViewName)}
        items={items}
        label={tabNames.label}
        actions={
          <>
            <span role="status" className="text-xs whitespace-nowrap text-soft">
              {notice}
            </span>
            <Menu
              align="end"
              trigger={
                <Button tone="quiet" icon={<Copy size={14} aria-hidden />}>
                  {strings.copy.menu}
                </Button>
              }
            >
              {shownText !== null && (
                <MenuItem onClick={() => void copy(strings.copy.shown(shownForm), shownText)}>
                  <Choice name={strings.copy.shown(shownForm)} detail={decoded.masked.length > 0 ? strings.copy.masked : undefined} />
                </MenuItem>
              )}
              {decoded.applyYaml !== null && (
                <MenuItem onClick={() => void copy(strings.copy.apply, decoded.applyYaml ?? '')}>
                  <Choice name={strings.copy.apply} detail={strings.copy.applyHint} />
                </MenuItem>
              )}
              <MenuItem onClick={() => void copy(strings.copy.link, address)}>
                <Choice name={strings.copy.link} detail={address} />
              </MenuItem>
              <MenuItem onClick={() => void copy(strings.copy.key, keyText)}>
                <Choice name={strings.copy.key} detail={keyLabel} />
              </MenuItem>
              {etcdctl.text === null ? (
                <MenuItem onClick={() => void copy(strings.copy.curlRaw, curl(rawUrl, location.href))}>
                  <Choice name={strings.copy.curlRaw} detail={etcdctl.reason} />
                </MenuItem>
              ) : (
                <MenuItem onClick={() => void copy(strings.copy.etcdctl, etcdctl.text)}>
                  <Choice name={strings.copy.etcdctl} detail={etcdctl.text} />
                </MenuItem>
              )}
              <MenuItem onClick={() => void copy(strings.copy.curl, curl(apiUrl, location.href))}>
                <Choice name={strings.copy.curl} detail={curl(apiUrl, location.href)} />
              </MenuItem>
            </Menu>
          </>
        }
      >
        {text !== null && (view === 'yaml' || view === 'json' || view === 'text') ? (
          <LoadBoundary>
            <Suspense
              fallback={
                <div className="p-3" role="status" aria-label={strings.editor.loading}>
                  <SkeletonLines lines={14} />
                </div>
              }
            >
              <CodeView
                text={text}
                form={view}
                label={strings.editor.label(tabNames[view], keyLabel)}
                marked={marked}
                onMark={onMark}
                digests={digests}
                modRevision={subject.keyspace === 'v3' ? subject.modRevision : undefined}
                goTo={goTo}
              />
            </Suspense>
          </LoadBoundary>
        ) : view === 'problems' ? (
          <>
            {decoded.encoding === 'empty' && <EmptyState title={strings.empty.title}>{strings.empty.detail}</EmptyState>}
            {decoded.encoding !== 'empty' && (
              <ProblemList
                decoded={decoded}
                onGoTo={
                  codeForm
                    ? (path) => {
                        setGoTo({ path, at: Date.now() })
                        onView(codeForm)
                      }
                    : null
                }
              />
            )}
          </>
        ) : (
          <RawView
            url={rawUrl}
            size={size}
            version={subject.keyspace === 'v3' ? subject.modRevision : subject.modifiedIndex}
            label={strings.raw.label(keyLabel)}
            masked={decoded.rawMasked}
          />
        )}
      </Tabs>
    </div>
  )
}

function Choice({ name, detail }: { name: string; detail?: string | undefined }) {
  return (
    <span className="flex max-w-[min(28rem,80vw)] min-w-0 flex-col py-0.5">
      <span>{name}</span>
      {detail !== undefined && <span className="truncate font-mono text-xs text-faint">{detail}</span>}
    </span>
  )
}

/** What must not be overlooked of this value, above its text. */
function Notices({
  decoded,
  revealSecrets,
  onList,
  listed,
}: {
  decoded: DecodedWire
  revealSecrets: boolean
  onList: () => void
  listed: boolean
}) {
  const { encryption, masked, rawMasked } = decoded
  const words = strings.banner
  const secret = decoded.kind === 'Secret'
  const worst =
    decoded.problems.find((problem) => problem.severity === 'error') ?? decoded.problems.find((problem) => problem.severity === 'warning')
  return (
    <>
      {encryption?.decrypted && (
        <Banner tone="muted">
          <LockOpen size={13} className="mr-1.5 inline align-[-2px]" aria-hidden />
          {strings.encryption.opened(encryption.provider, encryption.keyName)}{' '}
          {!encryption.authenticated && strings.encryption.openedUnauthenticated}
        </Banner>
      )}
      {encryption && !encryption.decrypted && (
        <section className="flex flex-col gap-2 border-b border-line p-4">
          <h2 className="flex items-center gap-1.5 font-medium">
            <Lock size={15} aria-hidden />
            {strings.encryption.closed(encryption.provider, encryption.keyName)}
          </h2>
          <p className="max-w-2xl text-soft">{encryption.reason ?? strings.encryption.closedHint}</p>
          {encryption.facts.length > 0 && (
            <Facts>
              {encryption.facts.map((fact) => (
                <Fact key={fact.label} label={fact.label}>
                  {fact.value}
                </Fact>
              ))}
            </Facts>
          )}
        </section>
      )}
      {decoded.schemaless && <Banner tone="warning">{strings.header.schemaless}</Banner>}
      {worst && !decoded.schemaless && !listed && (
        <Banner
          tone={worst.severity === 'error' ? 'error' : 'warning'}
          actions={
            <Button tone="quiet" onClick={onList} icon={<TriangleAlert size={13} aria-hidden />}>
              {strings.tabs.problems}
            </Button>
          }
        >
          {worst.message} {worst.path !== '' && <code className="font-mono">{worst.path}</code>}
        </Banner>
      )}
      {revealSecrets && secret && <Banner tone="warning">{words.revealed}</Banner>}
      {(masked.length > 0 || rawMasked) && !listed && (
        <Banner
          tone="muted"
          actions={
            masked.length > 0 && (
              <Button tone="quiet" onClick={onList}>
                {words.list}
              </Button>
            )
          }
        >
          <Lock size={13} className="mr-1.5 inline align-[-2px]" aria-hidden />
          {masked.length > 0 ? words.masked(masked.length) : words.maskedAll} <span className="text-soft">{words.maskedWhy}</span>
        </Banner>
      )}
    </>
  )
}

/** A chunk that is gone after an update of the server must not take the page with it. */
class LoadBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }
  static getDerivedStateFromError() {
    return { failed: true }
  }
  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <ErrorState
        title={strings.editor.failed}
        hint={strings.editor.failedHint}
        onRetry={() => location.reload()}
        retryLabel={strings.editor.reload}
      />
    )
  }
}
