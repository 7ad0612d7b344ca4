// The value of a key: a summary, then YAML, JSON or text, what did not decode, and its bytes. The caller owns all state, so that it can be in the
// URL.

import { type DecodedWire, type LineSpan, linesHash, parseLinesHash, type TextForm } from '@registree/contract'
import { Copy, Lock, TriangleAlert } from 'lucide-react'
import { Component, lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { text as appText } from '../../i18n/text.ts'
import { afterPaint } from '../../lib/after-paint.ts'
import { HttpError } from '../../lib/http.ts'
import { say } from '../../lib/say.ts'
import { exactSize } from '../../lib/size.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import type { Form } from '../../ui/code/blocks.ts'
import { PlainCode } from '../../ui/code/PlainCode.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Fact, Facts } from '../../ui/Facts.tsx'
import { laterPart } from '../../ui/later.tsx'
import { Menu, MenuItem } from '../../ui/Menu.tsx'
import { SkeletonLines } from '../../ui/Skeleton.tsx'
import { type TabItem, Tabs } from '../../ui/Tabs.tsx'
import type { Copies } from './commands.ts'
import { ObjectHeader } from './ObjectHeader.tsx'
import { RawView } from './RawView.tsx'
import { strings } from './strings.ts'
import { problemCount, shownView, tabsOf, textOfView, type ValueViewName } from './views.ts'
import { WithFlags } from './WithFlags.tsx'

let isEditorLoaded = false
const CodeView = lazy(async () => {
  const module = await import('../../ui/code/CodeView.tsx')
  isEditorLoaded = true
  return module
})
const ProblemList = laterPart(
  () => import('./ProblemList.tsx'),
  (module) => module.ProblemList,
)
const ReleaseView = laterPart(
  () => import('./ReleaseView.tsx'),
  (module) => module.ReleaseView,
)

export interface ValueViewProps {
  decoded: DecodedWire
  /** Size of the stored value, in bytes. */
  size: number
  /** The key, safe to display. */
  keyLabel: string
  /** Distinguishes states of the key: its mod revision, or modified index. */
  version: string
  /** The mod revision of a v3 key: if `metadata.resourceVersion` is equal to it, the text says where the number comes from. */
  modRevision?: string
  /** The API URL of the exact bytes. */
  rawUrl: string
  /** Reads the value as another of its texts; rejects with the server's message. */
  loadText: (form: TextForm) => Promise<string>
  /** The view of a RangeAllocation, if the keyspace has one. */
  allocation?: ReactNode
  /** The history of the key, if the keyspace keeps one. */
  history?: ReactNode
  /** Shown below an object's header: its related objects. */
  related?: ReactNode
  /** What can be copied besides the value; `link` is pinned, and marks the same lines as the URL. */
  copies: Copies
  /** From the URL; a form that this value does not have becomes its first form. */
  view: string | null
  /** Lines belong to one form: the caller drops the hash with the old view. */
  onView: (view: ValueViewName) => void
  /** `#L10-L20`, with or without the `#`. */
  hash: string
  /** A hash without `#`, empty for none. */
  onHash: (hash: string) => void
  revealSecrets: boolean
}

export function ValueView(props: ValueViewProps) {
  const {
    decoded,
    size,
    keyLabel,
    version,
    modRevision,
    rawUrl,
    loadText,
    allocation,
    history = null,
    related,
    copies,
    onView,
    hash,
    onHash,
    revealSecrets,
  } = props
  const [goTo, setGoTo] = useState<{ path: string; at: number } | null>(null)
  const [notice, setNotice] = useState('')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  const hasHistory = history !== null
  const views = useMemo(() => tabsOf(decoded, hasHistory, props.view), [decoded, hasHistory, props.view])
  const view = hasHistory && props.view === 'history' ? 'history' : shownView(decoded, props.view)
  const marked = useMemo(() => parseLinesHash(hash), [hash])
  // Small places have no digest: they are identified by their common placeholder.
  const masked = useMemo(() => new Set(decoded.masked.map(({ digest }) => digest)), [decoded])
  const onMark = useCallback((range: LineSpan | null) => onHash(range === null ? '' : linesHash(range)), [onHash])
  const wanted = textOfView(view)
  // After switching tabs the current answer is still that of the previous tab.
  const text = wanted !== undefined && decoded.shown?.form === wanted ? decoded.shown.text : null
  const tabNames = strings.tabs
  const problems = problemCount(decoded)
  const codeForm = views.find((name) => name === 'yaml' || name === 'json')

  const copy = async (what: string, content: string | Promise<string>) => {
    let said = strings.copy.done({ what })
    try {
      await writeClipboard(content)
    } catch (error) {
      said = error instanceof HttpError ? strings.copy.failed({ why: error.message }) : strings.copy.refused
    }
    setNotice(said)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setNotice(''), 2500)
  }

  const textOf = (form: TextForm) => (decoded.shown?.form === form ? decoded.shown.text : loadText(form))

  const editorLabel = strings.editor.label({ form: tabNames[view], key: keyLabel })
  const items: TabItem[] = views.map((name) => ({
    value: name,
    label: tabNames[name],
    ...(name === 'problems' && problems > 0 ? { count: problems } : {}),
  }))

  return (
    <div className="flex min-h-0 flex-1 flex-col" data-value-encoding={decoded.encoding}>
      {decoded.summary && <ObjectHeader summary={decoded.summary} decoded={decoded} />}
      {related}
      <Notices decoded={decoded} size={size} revealSecrets={revealSecrets} onList={() => onView('problems')} listed={view === 'problems'} />
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
            <CopyMenu decoded={decoded} form={wanted ?? decoded.forms[0]} keyLabel={keyLabel} copies={copies} copy={copy} textOf={textOf} />
          </>
        }
      >
        {view === 'release' && decoded.release && <ReleaseView release={decoded.release} alone={!decoded.forms.includes('manifest')} />}
        {view === 'release' && !decoded.forms.includes('manifest') ? null : view === 'history' ? (
          history
        ) : view === 'allocation' ? (
          allocation
        ) : wanted !== undefined ? (
          text === null ? (
            <Loading />
          ) : (
            <LoadBoundary>
              <AfterFirstLines lines={marked === null ? <PlainCode text={text} form={codeOf(wanted)} label={editorLabel} /> : <Loading />}>
                <CodeView
                  text={text}
                  form={codeOf(wanted)}
                  label={editorLabel}
                  link={copies.link}
                  marked={marked}
                  onMark={onMark}
                  masked={masked}
                  modRevision={wanted === 'yaml' || wanted === 'json' ? modRevision : undefined}
                  kubernetes={(wanted === 'yaml' || wanted === 'json') && decoded.summary !== null}
                  goTo={goTo}
                />
              </AfterFirstLines>
            </LoadBoundary>
          )
        ) : view === 'problems' ? (
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
        ) : (
          <RawView
            url={rawUrl}
            size={size}
            version={version}
            label={strings.raw.label({ key: keyLabel })}
            link={copies.link}
            masked={decoded.rawMasked}
          />
        )}
      </Tabs>
    </div>
  )
}

/** The editor; `lines` are drawn before its code is even requested, which is as large as the page's. */
function AfterFirstLines({ lines, children }: { lines: ReactNode; children: ReactNode }) {
  const [asks, setAsks] = useState(isEditorLoaded)
  useEffect(() => afterPaint(() => setAsks(true)), [])
  return <Suspense fallback={lines}>{asks ? children : lines}</Suspense>
}

/** Manifests and what `apply` takes are YAML. */
const codeOf = (form: TextForm): Form => (form === 'json' || form === 'text' ? form : 'yaml')

function Loading() {
  return (
    <div className="p-3" role="status" aria-label={strings.editor.loading}>
      <SkeletonLines lines={14} />
    </div>
  )
}

/** What of a key can be copied. `copy` says what it copied; `form` is the one shown, or else the first. */
function CopyMenu({
  decoded,
  form,
  keyLabel,
  copies,
  copy,
  textOf,
}: Pick<ValueViewProps, 'decoded' | 'keyLabel' | 'copies'> & {
  form: TextForm | undefined
  copy: (what: string, content: string | Promise<string>) => Promise<void>
  textOf: (form: TextForm) => string | Promise<string>
}) {
  return (
    <Menu
      align="end"
      trigger={
        <Button tone="quiet" icon={<Copy size={14} aria-hidden />}>
          <span className="max-sm:sr-only">{strings.copy.menu}</span>
        </Button>
      }
    >
      {form !== undefined && (
        <MenuItem onClick={() => void copy(strings.copy.shown(form), textOf(form))}>
          <Choice name={strings.copy.shown(form)} detail={decoded.masked.length > 0 ? strings.copy.masked : undefined} />
        </MenuItem>
      )}
      {decoded.forms.includes('apply') && (
        <MenuItem onClick={() => void copy(strings.copy.apply, textOf('apply'))}>
          <Choice name={strings.copy.apply} detail={strings.copy.applyHint} />
        </MenuItem>
      )}
      <MenuItem onClick={() => void copy(strings.copy.link, copies.link)}>
        <Choice name={strings.copy.link} detail={copies.link} />
      </MenuItem>
      <MenuItem onClick={() => void copy(strings.copy.key, copies.key)}>
        <Choice name={strings.copy.key} detail={keyLabel} />
      </MenuItem>
      {copies.commands.map((command) => (
        <MenuItem key={command.id} onClick={() => void copy(strings.copy.commands[command.id], command.text)}>
          <Choice name={strings.copy.commands[command.id]} detail={command.text} />
        </MenuItem>
      ))}
    </Menu>
  )
}

/** Passes a promise to the clipboard for a text that is still being read: browsers refuse a write long after the click. */
async function writeClipboard(content: string | Promise<string>): Promise<void> {
  if (typeof content === 'string') return await navigator.clipboard.writeText(content)
  const blob = content.then((text) => new Blob([text], { type: 'text/plain' }))
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })])
  } catch (error) {
    // The reading may have failed, not the clipboard.
    await content
    throw error
  }
}

function Choice({ name, detail }: { name: string; detail?: string | undefined }) {
  return (
    <span className="flex max-w-[min(28rem,80vw)] min-w-0 flex-col py-0.5">
      <span>{name}</span>
      {detail !== undefined && <span className="truncate font-mono text-xs text-faint">{detail}</span>}
    </span>
  )
}

/** Important notices about this value, above its text. */
function Notices({
  decoded,
  size,
  revealSecrets,
  onList,
  listed,
}: {
  decoded: DecodedWire
  size: number
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
          {strings.encryption.opened({ provider: encryption.provider, key: encryption.keyName })}
          {appText.punctuation.gap}
          {!encryption.authenticated && strings.encryption.openedUnauthenticated}
        </Banner>
      )}
      {encryption && !encryption.decrypted && (
        <section className="flex flex-col gap-2 border-b border-line p-4">
          <h2 className="flex items-center gap-1.5 font-medium">
            <Lock size={15} aria-hidden />
            {strings.encryption.closed(encryption.provider, encryption.keyName)}
          </h2>
          <p className="max-w-2xl text-soft">
            <WithFlags
              text={encryption.reason === null ? strings.encryption.closedHint : say.problem(encryption.sentences, encryption.reason)}
            />
          </p>
          <Facts>
            <Fact label={strings.encryption.size}>{rawMasked ? strings.encryption.upTo({ size: exactSize(size) }) : exactSize(size)}</Fact>
            {encryption.facts.map((fact) => (
              <Fact key={fact.label} label={strings.factLabel(fact.label)}>
                {say.problem(fact.sentences, fact.value)}
              </Fact>
            ))}
          </Facts>
        </section>
      )}
      {/* A kind that did not decode may well be known: its problem says so. */}
      {decoded.schemaless && (decoded.kind || worst?.severity !== 'error') && (
        <Banner tone="muted">{strings.header.unknownKind(decoded.apiVersion ?? '', decoded.kind ?? '', decoded.tablesEnd)}</Banner>
      )}
      {worst && !listed && (
        <Banner
          tone={worst.severity === 'error' ? 'error' : 'warning'}
          actions={
            <Button tone="quiet" onClick={onList} icon={<TriangleAlert size={13} aria-hidden />}>
              {strings.tabs.problems}
            </Button>
          }
        >
          {say.problem(worst.sentences, worst.message)} {worst.path !== '' && <code className="font-mono">{worst.path}</code>}
        </Banner>
      )}
      {revealSecrets && secret && (
        <Banner tone="warning">
          <WithFlags text={words.revealed} />
        </Banner>
      )}
      {(masked.length > 0 || (rawMasked && decoded.encoding !== 'encrypted')) && !listed && (
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
          {masked.length > 0 ? words.masked({ n: masked.length }) : words.maskedAll}
          {appText.punctuation.gap}
          <span className="text-soft">
            <WithFlags text={words.maskedWhy} />
          </span>
        </Banner>
      )}
    </>
  )
}

/** A chunk that is missing after a server update must not break the page. */
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
