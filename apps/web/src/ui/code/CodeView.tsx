// The text of a value in a read-only editor: line links, folding, search, paths. Loaded only when a value is shown, as the editor is large.

import { json } from '@codemirror/lang-json'
import { yaml } from '@codemirror/lang-yaml'
import { unfoldAll } from '@codemirror/language'
import { closeSearchPanel, findNext, findPrevious, openSearchPanel, SearchQuery, setSearchQuery } from '@codemirror/search'
import { Compartment, EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import type { LineSpan } from '@registree/contract'
import { ChevronDown, ChevronUp, FoldVertical, Search, UnfoldVertical, WrapText, X } from 'lucide-react'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useShortcuts } from '../../lib/shortcuts.ts'
import { CopyButton } from '../CopyButton.tsx'
import { classNames } from '../class-names.ts'
import { IconButton } from '../IconButton.tsx'
import { PrintOnly } from '../PrintOnly.tsx'
import type { Form } from './blocks.ts'
import { foldNoise, linesOf, pathOfLine, reader, showLines } from './editor-extensions.ts'
import { formatPath, lineOfPath } from './line-path.ts'
import { pathCommands } from './path-commands.ts'
import { codeText } from './strings.ts'

export interface CodeViewProps {
  text: string
  form: Form
  /** The accessible name: whose text this is. */
  label: string
  /** The page's link, for printing. */
  link: string
  /** The lines marked by the URL. */
  marked: LineSpan | null
  onMark: (range: LineSpan | null) => void
  /** The digests of the masked places in the text; contains null if one is too small to have a digest. */
  masked: ReadonlySet<string | null>
  /** If `metadata.resourceVersion` is equal to it, the editor says where the number comes from. */
  modRevision?: string | undefined
  /** Whether the text is an object as the API serves it, in which kubectl finds the same fields. */
  kubernetes: boolean
  /** A field to go to, by its path; `at` distinguishes requests. */
  goTo?: { path: string; at: number } | null
}

interface Matches {
  starts: number[]
  more: boolean
}

const NO_MATCHES: Matches = { starts: [], more: false }
const MOST_MATCHES = 10_000
const COUNT_MS = 150

export default function CodeView({ text, form, label, link, marked, onMark, masked, modRevision, kubernetes, goTo }: CodeViewProps) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const findField = useRef<HTMLInputElement>(null)
  const wrapping = useRef(new Compartment())
  const [finding, setFinding] = useState(false)
  const [query, setQuery] = useState('')
  const [matchCase, setMatchCase] = useState(false)
  const [matches, setMatches] = useState<Matches>(NO_MATCHES)
  const [wrap, setWrap] = useState(false)
  const [line, setLine] = useState(1)
  const [head, setHead] = useState(0)
  const [total, setTotal] = useState(0)
  const [hasNoise, setHasNoise] = useState(false)
  const [folded, setFolded] = useState(true)

  const startFinding = useCallback(() => {
    const state = view.current?.state
    const selected = state?.sliceDoc(state.selection.main.from, state.selection.main.to) ?? ''
    // The field must exist and have the focus before the next key is typed.
    flushSync(() => {
      setFinding(true)
      if (selected !== '' && !selected.includes('\n') && selected.length < 200) setQuery(selected)
    })
    findField.current?.select()
  }, [])

  // The editor calls back through this, so that a new callback does not create a new editor.
  const latest = useRef({ marked, onMark, startFinding })
  latest.current = { marked, onMark, startFinding }
  const shown = useRef<LineSpan | null>(null)

  useLayoutEffect(() => {
    const place = host.current
    if (!place) return
    // In a shadow root the editor uses adopted style sheets, which a strict Content-Security-Policy allows.
    const root = place.shadowRoot ?? place.attachShadow({ mode: 'open' })
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        // The final newline of YAML and JSON does not start a new line.
        doc: form === 'text' ? text : text.replace(/\n$/, ''),
        extensions: [
          wrapping.current.of([]),
          reader({
            form,
            label,
            language: form === 'yaml' ? yaml() : form === 'json' ? json() : [],
            masked,
            modRevision,
            kubernetes,
            onMark: (range) => {
              shown.current = range
              latest.current.onMark(range)
            },
            onFind: () => latest.current.startFinding(),
            onPlace: (number) => {
              setLine(number)
              setHead(editor.state.selection.main.from)
            },
          }),
        ],
      }),
    })
    view.current = editor
    // Before its first measurement the editor guesses the height of lines. On a busy machine that frame could be shown, and the lines would move.
    place.style.visibility = 'hidden'
    editor.requestMeasure({
      read: () => {},
      write: () => {
        place.style.visibility = ''
      },
    })
    setTotal(editor.state.doc.lines)
    const folds = foldNoise(form, editor.state)
    setHasNoise(folds.length > 0)
    setFolded(true)
    if (folds.length > 0) editor.dispatch({ effects: folds })
    shown.current = latest.current.marked
    editor.dispatch(showLines(editor.state, latest.current.marked, true))
    setLine(latest.current.marked ? Math.min(latest.current.marked.from, editor.state.doc.lines) : 1)
    return () => {
      editor.destroy()
      view.current = null
    }
  }, [text, form, label, masked, modRevision, kubernetes])

  useEffect(() => {
    const editor = view.current
    if (!editor) return
    // Lines marked by a click are already in view; those in a link are scrolled to.
    const own = shown.current?.from === marked?.from && shown.current?.to === marked?.to
    shown.current = marked
    editor.dispatch(showLines(editor.state, marked, !own))
  }, [marked])

  useEffect(() => {
    view.current?.dispatch({ effects: wrapping.current.reconfigure(wrap ? EditorView.lineWrapping : []) })
  }, [wrap])

  useEffect(() => {
    const editor = view.current
    if (!editor || !goTo || form === 'text') return
    const number = lineOfPath(
      form,
      linesOf(editor.state.doc),
      goTo.path.startsWith('.') || goTo.path.startsWith('[') ? goTo.path : `.${goTo.path}`,
    )
    if (number === null) return
    editor.dispatch(showLines(editor.state, { from: number, to: number }, true))
    shown.current = { from: number, to: number }
    latest.current.onMark({ from: number, to: number })
    // A new editor takes the focus only after its first measurement.
    editor.requestMeasure({ read: () => {}, write: () => editor.focus() })
  }, [goTo, form])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new text is searched again
  useEffect(() => {
    const editor = view.current
    if (!editor) return
    // The query outlives its field: n and N continue with it.
    const wanted = new SearchQuery({ search: query, caseSensitive: matchCase, literal: true })
    editor.dispatch({ effects: setSearchQuery.of(wanted) })
    if (!finding || query === '') {
      closeSearchPanel(editor)
      setMatches(NO_MATCHES)
      return
    }
    openSearchPanel(editor)
    editor.dispatch({ effects: setSearchQuery.of(wanted) })
    const timer = setTimeout(() => {
      const starts: number[] = []
      const until = performance.now() + COUNT_MS
      let more = false
      const cursor = wanted.getCursor(editor.state)
      for (let next = cursor.next(); !next.done; next = cursor.next()) {
        starts.push(next.value.from)
        if (starts.length >= MOST_MATCHES || (starts.length % 64 === 0 && performance.now() > until)) {
          more = true
          break
        }
      }
      setMatches({ starts, more })
      const { from, to } = editor.state.selection.main
      const first = starts.find((start) => start >= from) ?? starts[0]
      // While a word is typed, the match starts at the same place and grows.
      if (first !== undefined && (first !== from || first + query.length !== to)) {
        editor.dispatch({
          selection: { anchor: first, head: first + query.length },
          effects: EditorView.scrollIntoView(first, { y: 'center' }),
        })
      }
    }, 120)
    return () => clearTimeout(timer)
  }, [finding, query, matchCase, text])

  const step = (forward: boolean) => {
    const editor = view.current
    if (editor) (forward ? findNext : findPrevious)(editor)
  }
  const stopFinding = () => {
    setFinding(false)
    view.current?.focus()
  }
  // The browser's own find misses lines that are not rendered; a second press opens it.
  useShortcuts([{ keys: 'mod+f', run: startFinding, unless: () => document.activeElement === findField.current }])
  const toggleFolds = () => {
    const editor = view.current
    if (!editor) return
    if (folded) unfoldAll(editor)
    else editor.dispatch({ effects: foldNoise(form, editor.state) })
    setFolded(!folded)
  }

  const steps = view.current && total > 0 ? pathOfLine(form, view.current.state.doc, Math.min(line, view.current.state.doc.lines)) : []
  const path = formatPath(steps)
  const at = matches.starts.indexOf(head)
  // A link to lines of another revision or form.
  const beyond = marked !== null && total > 0 && marked.to > total

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PrintOnly title={label} link={link} text={() => text} />
      <div className="relative min-h-0 flex-1">
        <div ref={host} className="absolute inset-0" data-value-editor={form} />
        {finding && (
          <search className="absolute top-1 right-3 z-10 flex max-w-[calc(100%-1.5rem)] items-center gap-0.5 rounded border border-line-strong/60 bg-raised p-1 shadow-md">
            <input
              ref={findField}
              type="text"
              value={query}
              onChange={(event) => setQuery(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === 'Enter') step(!event.shiftKey)
                else if (event.key === 'Escape') stopFinding()
                else return
                event.preventDefault()
              }}
              placeholder={codeText.findPlaceholder}
              aria-label={codeText.findPlaceholder}
              spellCheck={false}
              autoComplete="off"
              className="h-7 w-44 min-w-20 rounded bg-transparent px-2 font-mono text-sm placeholder:font-sans placeholder:text-faint"
            />
            <span role="status" className="min-w-20 px-1 text-right text-xs whitespace-nowrap text-soft">
              {query === '' ? '' : codeText.matches(at < 0 ? null : at + 1, matches.starts.length, matches.more)}
            </span>
            <IconButton
              label={codeText.matchCase}
              aria-pressed={matchCase}
              onClick={() => setMatchCase(!matchCase)}
              className={classNames('font-mono text-xs', matchCase && 'bg-accent-soft text-accent')}
            >
              Aa
            </IconButton>
            <IconButton label={codeText.previous} onClick={() => step(false)}>
              <ChevronUp size={15} aria-hidden />
            </IconButton>
            <IconButton label={codeText.next} onClick={() => step(true)}>
              <ChevronDown size={15} aria-hidden />
            </IconButton>
            <IconButton label={codeText.close} onClick={stopFinding}>
              <X size={15} aria-hidden />
            </IconButton>
          </search>
        )}
      </div>
      <div
        role="toolbar"
        aria-label={codeText.tools}
        className="flex h-8 shrink-0 items-center gap-1 border-t border-line bg-sunken pr-2 pl-3 text-xs text-soft"
      >
        {form !== 'text' && (
          <span className="min-w-0 truncate font-mono" title={path}>
            {path === '' ? <span className="font-sans text-faint">{codeText.wholeValue}</span> : path}
          </span>
        )}
        {path !== '' &&
          pathCommands(steps, kubernetes).map(({ id, text: command }) => (
            <CopyButton key={id} text={command} label={codeText.copyPath[id]} copied={codeText.pathCopied} className="h-6">
              {codeText.paths[id]}
            </CopyButton>
          ))}
        <span
          className={classNames('ml-auto shrink-0 pl-2 whitespace-nowrap', beyond ? 'text-warn' : 'max-sm:hidden')}
          role={beyond ? 'status' : undefined}
        >
          {marked && beyond
            ? codeText.beyond({ line: marked.to, total })
            : marked
              ? codeText.marked(marked.from, marked.to)
              : total > 0 && codeText.line({ line: Math.min(line, total), of: total })}
        </span>
        {marked && (
          <IconButton label={codeText.clear} onClick={() => onMark(null)}>
            <X size={14} aria-hidden />
          </IconButton>
        )}
        <span className="ml-auto flex sm:ml-0">
          {hasNoise && (
            <IconButton label={folded ? codeText.unfoldAll : codeText.refold} onClick={toggleFolds}>
              {folded ? <UnfoldVertical size={14} aria-hidden /> : <FoldVertical size={14} aria-hidden />}
            </IconButton>
          )}
          <IconButton
            label={codeText.wrap}
            aria-pressed={wrap}
            onClick={() => setWrap(!wrap)}
            className={wrap ? 'bg-accent-soft text-accent' : ''}
          >
            <WrapText size={14} aria-hidden />
          </IconButton>
          <IconButton label={codeText.find} hint={codeText.findHint} onClick={startFinding}>
            <Search size={14} aria-hidden />
          </IconButton>
        </span>
      </div>
    </div>
  )
}
