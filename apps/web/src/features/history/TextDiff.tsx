// Two revisions of a value as text: side by side if there is room, else one text with removed and added lines.

import { standardKeymap } from '@codemirror/commands'
import { getChunks, goToNextChunk, goToPreviousChunk, MergeView, unifiedMergeView } from '@codemirror/merge'
import { EditorState, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view'
import type { DiffAnswer } from '@registree/contract'
import { useEffect, useRef, useState } from 'react'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { useMedia } from '../../lib/media.ts'
import { SkeletonLines } from '../../ui/Skeleton.tsx'
import { strings } from './strings.ts'
import type { ChangeWalk } from './walk.ts'

const t = strings.diff

export interface TextDiffProps {
  answer: DiffAnswer
  keyspace: 'v3' | 'v2'
  form: 'yaml' | 'text'
  loadText: (revision: string, form: 'yaml' | 'text', side: 'from' | 'to') => Promise<string>
  onWalk: (walk: ChangeWalk | null) => void
}

type Texts = { left: string; right: string }

/** Unchanged lines kept around a change, and the minimum number to collapse. */
const COLLAPSE = { margin: 3, minSize: 6 }
/** Limits the work per change to find the smallest difference, and the total time in ms. */
const DIFF = { scanLimit: 5000, timeout: 500 }

export default function TextDiff({ answer, keyspace, form, loadText, onWalk }: TextDiffProps) {
  const [texts, setTexts] = useState<Texts | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [tries, setTries] = useState(0)
  const load = useRef(loadText)
  load.current = loadText
  const { from, to } = answer
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try reads the same again
  useEffect(() => {
    let current = true
    const read = async ({ revision, modRevision }: DiffAnswer['from'], side: 'from' | 'to') =>
      modRevision === null ? '' : await load.current(revision, form, side)
    Promise.all([read(from, 'from'), read(to, 'to')]).then(
      ([left, right]) => current && setTexts({ left, right }),
      (cause: unknown) => current && setError(cause),
    )
    return () => {
      current = false
    }
  }, [from, to, form, tries])

  if (error !== null)
    return (
      <ErrorView
        error={error}
        onRetry={() => {
          setError(null)
          setTries(tries + 1)
        }}
      />
    )
  if (texts === null)
    return (
      <div className="p-3" role="status" aria-label={t.loading}>
        <SkeletonLines lines={14} />
      </div>
    )
  return <Editors texts={texts} answer={answer} keyspace={keyspace} onWalk={onWalk} />
}

function Editors({ texts, answer, keyspace, onWalk }: { texts: Texts } & Pick<TextDiffProps, 'answer' | 'keyspace' | 'onWalk'>) {
  const host = useRef<HTMLDivElement>(null)
  const sideBySide = useMedia('(min-width: 1000px)')
  const { left, right } = texts
  const [from, to] = [answer.from.revision, answer.to.revision]
  const { sideLabel } = t.words(keyspace)

  useEffect(() => {
    const place = host.current
    if (place === null) return
    // In a shadow root the editor uses adopted style sheets, which a strict Content-Security-Policy allows.
    const root = place.shadowRoot ?? place.attachShadow({ mode: 'open' })
    const merged = sideBySide
      ? new MergeView({
          root,
          parent: root,
          a: { doc: left, extensions: readOnly(sideLabel({ side: t.from, revision: from })) },
          b: { doc: right, extensions: readOnly(sideLabel({ side: t.to, revision: to })) },
          collapseUnchanged: COLLAPSE,
          diffConfig: DIFF,
          gutter: true,
        })
      : new EditorView({
          root,
          parent: root,
          doc: right,
          extensions: [
            readOnly(t.unified),
            unifiedMergeView({ original: left, mergeControls: false, collapseUnchanged: COLLAPSE, diffConfig: DIFF, gutter: true }),
          ],
        })
    const view = merged instanceof MergeView ? merged.b : merged
    onWalk((step) => {
      const chunks = getChunks(view.state)?.chunks ?? []
      if (chunks.length === 0) return null
      view.focus()
      ;(step === 1 ? goToNextChunk : goToPreviousChunk)(view)
      const { head } = view.state.selection.main
      const at = chunks.findIndex(({ fromB, endB }) => head >= fromB && head <= Math.max(fromB, endB))
      return { at: Math.max(0, at) + 1, total: chunks.length }
    })
    return () => {
      onWalk(null)
      merged.destroy()
    }
  }, [left, right, from, to, sideLabel, sideBySide, onWalk])

  if (left === right) return <p className="p-3">{t.sameText}</p>
  return <div ref={host} data-text-diff={sideBySide ? 'split' : 'unified'} className="min-h-0 flex-1 overflow-auto" />
}

function readOnly(label: string): Extension {
  return [
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0', spellcheck: 'false', translate: 'no' }),
    EditorState.phrases.of({ '$ unchanged lines': t.unchanged }),
    lineNumbers(),
    highlightSpecialChars({
      addSpecialChars: /[\u180e\u2000-\u200a\u202a-\u202c\u2060-\u2065\u2068\u206a-\u206f]|\u200c|\u200d|\ufe0e|\ufe0f/g,
    }),
    drawSelection(),
    keymap.of(standardKeymap),
    theme,
  ]
}

const theme = EditorView.theme({
  '&': { fontSize: '12.5px', backgroundColor: 'var(--surface)', color: 'var(--ink)' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '20px' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--faint)', border: 'none', fontVariantNumeric: 'tabular-nums' },
  '.cm-changedLine, &.cm-merge-b .cm-changedLine, .cm-inlineChangedLine': { backgroundColor: 'var(--ok-soft)' },
  '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { backgroundColor: 'var(--error-soft)' },
  '&.cm-merge-b .cm-changedText, .cm-changedText': { background: 'color-mix(in srgb, var(--ok) 28%, transparent)' },
  '&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText, .cm-deletedText': {
    background: 'color-mix(in srgb, var(--error) 28%, transparent)',
  },
  '.cm-changedLineGutter, &.cm-merge-b .cm-changedLineGutter': { background: 'var(--ok)' },
  '.cm-deletedLineGutter, &.cm-merge-a .cm-changedLineGutter': { background: 'var(--error)' },
  '.cm-deletedLine del, .cm-deletedLine': { textDecoration: 'none' },
  '.cm-collapsedLines': { background: 'var(--sunken)', color: 'var(--soft)', font: '11.5px/20px var(--font-sans)' },
  // The library's character is missing in most fonts, and shows as an empty box.
  '.cm-collapsedLines:before, .cm-collapsedLines:after': { content: '"…"' },
  '.cm-specialChar': { color: 'var(--error)', backgroundColor: 'var(--error-soft)', borderRadius: '2px' },
})
