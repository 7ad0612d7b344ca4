// Configures CodeMirror as our reader: line links, folding by indentation, paths on hover, marks for masked places.

import { standardKeymap } from '@codemirror/commands'
import {
  codeFolding,
  foldEffect,
  foldedRanges,
  foldKeymap,
  foldService,
  HighlightStyle,
  syntaxHighlighting,
  unfoldEffect,
} from '@codemirror/language'
import { findNext, findPrevious, getSearchQuery, search } from '@codemirror/search'
import { EditorState, type Extension, RangeSetBuilder, StateEffect, StateField, type Text } from '@codemirror/state'
import {
  type Command,
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  GutterMarker,
  gutter,
  highlightActiveLine,
  highlightSpecialChars,
  hoverTooltip,
  keymap,
  MatchDecorator,
  ViewPlugin,
  type ViewUpdate,
  WidgetType,
} from '@codemirror/view'
import { tags } from '@lezer/highlight'
import type { LineSpan } from '@registree/contract'
import { endOfBlock, type Form, NOISE, opensBlock, startsNoise } from './blocks.ts'
import { formatPath, indentOf, type Lines, type Path, pathAtLine } from './line-path.ts'
import { pathCommands } from './path-commands.ts'
import { codeText } from './strings.ts'

export const linesOf = (doc: Text): Lines => ({ count: doc.lines, line: (number) => doc.line(number).text })

/** Empty for the whole value, and for a text without fields. */
export function pathOfLine(form: Form, doc: Text, line: number): Path {
  return form === 'text' ? [] : pathAtLine(form, linesOf(doc), line)
}

// --- the marked lines -------------------------------------------------------------------------------------------------------------

const markLines = StateEffect.define<LineSpan | null>()

const markedLines = StateField.define<LineSpan | null>({
  create: () => null,
  update: (value, transaction) => {
    for (const effect of transaction.effects) if (effect.is(markLines)) return effect.value
    return value
  },
  provide: (field) =>
    EditorView.decorations.compute([field, 'doc'], (state) => {
      const range = state.field(field)
      const builder = new RangeSetBuilder<Decoration>()
      if (range !== null) {
        const last = Math.min(range.to, state.doc.lines)
        for (let line = range.from; line <= last; line++) builder.add(state.doc.line(line).from, state.doc.line(line).from, markedLine)
      }
      return builder.finish()
    }),
})
const markedLine = Decoration.line({ class: 'cm-marked' })

/** The transaction that marks and unfolds lines and, if wished, centres them. */
export function showLines(state: EditorState, range: LineSpan | null, scroll: boolean): Parameters<EditorView['dispatch']>[0] {
  const effects: StateEffect<unknown>[] = [markLines.of(range)]
  if (range === null || range.from > state.doc.lines) return { effects }
  const from = state.doc.line(range.from).from
  const to = state.doc.line(Math.min(range.to, state.doc.lines)).to
  foldedRanges(state).between(from, to, (start, end) => {
    if (state.doc.lineAt(start).number < range.to && end >= from) effects.push(unfoldEffect.of({ from: start, to: end }))
  })
  if (!scroll) return { effects }
  const tall = range.to - range.from > 12
  effects.push(EditorView.scrollIntoView(from, { y: tall ? 'start' : 'center', yMargin: 60 }))
  return { effects, selection: { anchor: from } }
}

// --- folding ------------------------------------------------------------------------------------------------------------------------

/** What folding a line hides: from its end to the end of its block. */
function foldRange(form: Form, doc: Text, number: number): { from: number; to: number } | null {
  const last = endOfBlock(form, linesOf(doc), number)
  return last === null ? null : { from: doc.line(number).to, to: doc.line(last).to }
}

/** What is folded when a value opens. */
function noise(form: Form, state: EditorState): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = []
  if (form === 'text') return ranges
  const text = state.doc.toString()
  const wanted = new RegExp(NOISE[form], 'gm')
  for (let found = wanted.exec(text); found && ranges.length < 500; found = wanted.exec(text)) {
    const number = state.doc.lineAt(found.index).number
    const range = startsNoise(form, linesOf(state.doc), number) ? foldRange(form, state.doc, number) : null
    if (range) ranges.push(range)
  }
  return ranges
}

export const foldNoise = (form: Form, state: EditorState) => noise(form, state).map((range) => foldEffect.of(range))

function foldedAt(state: EditorState, line: { from: number; to: number }): { from: number; to: number } | null {
  let found: { from: number; to: number } | null = null
  foldedRanges(state).between(line.from, line.to, (from, to) => {
    if (from >= line.from && from <= line.to) found = { from, to }
  })
  return found
}

class FoldMarker extends GutterMarker {
  readonly open: boolean
  constructor(open: boolean) {
    super()
    this.open = open
  }
  override eq(other: FoldMarker) {
    return other.open === this.open
  }
  override toDOM() {
    const mark = document.createElement('span')
    mark.className = 'cm-foldMark'
    mark.title = this.open ? codeText.foldLine : codeText.unfold
    mark.textContent = this.open ? '⌄' : '›'
    return mark
  }
}
const canFold = new FoldMarker(true)
const canUnfold = new FoldMarker(false)

function folding(form: Form): Extension {
  return [
    foldService.of((state, start) => foldRange(form, state.doc, state.doc.lineAt(start).number)),
    codeFolding({
      preparePlaceholder: (state, range) => state.doc.lineAt(range.to).number - state.doc.lineAt(range.from).number,
      placeholderDOM: (_view, onclick, prepared) => {
        const button = document.createElement('button')
        button.type = 'button'
        button.className = 'cm-foldPlace'
        button.textContent = `… ${codeText.folded({ lines: Number(prepared) })}`
        button.title = codeText.unfold
        button.tabIndex = -1
        button.onclick = onclick
        return button
      },
    }),
    gutter({
      class: 'cm-folds',
      lineMarker: (view, block) => {
        const line = view.state.doc.lineAt(block.from)
        if (foldedAt(view.state, line)) return canUnfold
        return opensBlock(form, linesOf(view.state.doc), line.number) ? canFold : null
      },
      lineMarkerChange: (update) => foldedRanges(update.startState) !== foldedRanges(update.state),
      initialSpacer: () => canFold,
      domEventHandlers: {
        click: (view, block) => {
          const line = view.state.doc.lineAt(block.from)
          const folded = foldedAt(view.state, line)
          if (folded) view.dispatch({ effects: unfoldEffect.of(folded) })
          else {
            const range = foldRange(form, view.state.doc, line.number)
            if (range) view.dispatch({ effects: foldEffect.of(range) })
          }
          return true
        },
      },
    }),
  ]
}

// --- line numbers that are links --------------------------------------------------------------------------------------------------

class LineLink extends GutterMarker {
  readonly line: number
  constructor(line: number) {
    super()
    this.line = line
  }
  override eq(other: LineLink) {
    return other.line === this.line
  }
  override toDOM() {
    const link = document.createElement('a')
    link.href = `#L${this.line}`
    link.textContent = String(this.line)
    link.title = codeText.linkTo({ line: this.line })
    // The gutter is hidden from assistive technology; the Enter key marks lines from within the text.
    link.tabIndex = -1
    link.draggable = false
    return link
  }
}

function lineLinks(onMark: (range: LineSpan) => void): Extension {
  let anchor = 1
  return gutter({
    class: 'cm-lines',
    renderEmptyElements: false,
    lineMarker: (view, block) => new LineLink(view.state.doc.lineAt(block.from).number),
    initialSpacer: (view) => new LineLink(10 ** String(view.state.doc.lines).length - 1),
    domEventHandlers: {
      mousedown: (_view, _block, event) => {
        // Keeps shift-click from selecting text; the click event still arrives.
        if ((event as MouseEvent).shiftKey) event.preventDefault()
        return false
      },
      click: (view, block, event) => {
        const mouse = event as MouseEvent
        if (mouse.ctrlKey || mouse.metaKey || mouse.button !== 0) return false
        event.preventDefault()
        const line = view.state.doc.lineAt(block.from).number
        const marked = view.state.field(markedLines)
        if (!mouse.shiftKey) anchor = line
        else if (marked && (anchor < marked.from || anchor > marked.to)) anchor = marked.from
        onMark({ from: Math.min(anchor, line), to: Math.max(anchor, line) })
        return true
      },
    },
  })
}

// --- paths --------------------------------------------------------------------------------------------------------------------------

function pathOnHover(form: Form, kubernetes: boolean): Extension {
  if (form === 'text') return []
  return hoverTooltip(
    (view, position) => {
      const line = view.state.doc.lineAt(position)
      const indent = indentOf(line.text)
      if (position < line.from + indent) return null
      const path = pathOfLine(form, view.state.doc, line.number)
      if (path.length === 0) return null
      return {
        pos: line.from + indent,
        end: line.to,
        above: true,
        create: () => {
          const tip = document.createElement('div')
          tip.className = 'cm-pathTip'
          const code = document.createElement('span')
          code.textContent = formatPath(path)
          const hint = document.createElement('span')
          hint.className = 'cm-pathHint'
          const buttons = pathCommands(path, kubernetes).map((command) => {
            const button = document.createElement('button')
            button.type = 'button'
            button.tabIndex = -1
            button.className = 'cm-pathCopy'
            button.textContent = codeText.paths[command.id]
            button.title = `${codeText.copyPath[command.id]}: ${command.text}`
            button.onclick = () => {
              navigator.clipboard.writeText(command.text).then(
                () => {
                  hint.textContent = codeText.pathCopied
                },
                () => {
                  hint.textContent = codeText.copyRefused
                },
              )
            }
            return button
          })
          tip.append(code, ...buttons, hint)
          return { dom: tip, offset: { x: 0, y: 2 } }
        },
      }
    },
    { hoverTime: 350, hideOnChange: true },
  )
}

// --- marks in the text --------------------------------------------------------------------------------------------------------------

/**
 * Marks only the places masked by the server: a value that merely contains the same words has no such digest. Small places have no digest; they are
 * marked if the value has any.
 */
function maskedMarks(masked: ReadonlySet<string | null>): Extension {
  if (masked.size === 0) return []
  const mark = Decoration.mark({ class: 'cm-masked', attributes: { title: codeText.maskedWhy } })
  const decorator = new MatchDecorator({
    regexp: /\(masked: (?:\d+ bytes, digest ([0-9a-zA-Z_-]+)|under \d+ bytes)\)/g,
    decoration: (match) => (masked.has(match[1] ?? null) ? mark : null),
  })
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet
      constructor(view: EditorView) {
        this.decorations = decorator.createDeco(view)
      }
      update(update: ViewUpdate) {
        this.decorations = decorator.updateDeco(update, this.decorations)
      }
    },
    { decorations: (plugin) => plugin.decorations },
  )
}

class Remark extends WidgetType {
  readonly text: string
  constructor(text: string) {
    super()
    this.text = text
  }
  override eq(other: Remark) {
    return other.text === this.text
  }
  override toDOM() {
    const remark = document.createElement('span')
    remark.className = 'cm-remark'
    remark.textContent = this.text
    return remark
  }
}

/** Says beside `metadata.resourceVersion` that it is etcd's mod revision: objects are stored without it. */
function filledInRemark(form: Form, modRevision: string | undefined): Extension {
  if (form === 'text' || modRevision === undefined || !/^[0-9]+$/.test(modRevision)) return []
  return StateField.define<DecorationSet>({
    create: (state) => {
      const text = state.doc.toString()
      const wanted =
        form === 'yaml'
          ? new RegExp(`^ {2}resourceVersion: ["']?${modRevision}["']?$`, 'gm')
          : new RegExp(`^ {8}"resourceVersion": "${modRevision}",?$`, 'gm')
      for (let found = wanted.exec(text); found; found = wanted.exec(text)) {
        const line = state.doc.lineAt(found.index)
        if (formatPath(pathOfLine(form, state.doc, line.number)) === '.metadata.resourceVersion')
          return Decoration.set(Decoration.widget({ widget: new Remark(codeText.filledIn), side: 1 }).range(line.to))
      }
      return Decoration.none
    },
    update: (value) => value,
    provide: (field) => EditorView.decorations.from(field),
  })
}

// --- look -------------------------------------------------------------------------------------------------------------------------

const theme = EditorView.theme({
  '&': { height: '100%', fontSize: '12.5px', backgroundColor: 'var(--surface)', color: 'var(--ink)' },
  '&.cm-focused': { outline: 'none' },
  // Above the gutters, which would hide an outline.
  '&:has(.cm-content:focus-visible)::after': {
    content: '""',
    position: 'absolute',
    inset: '0',
    border: '2px solid var(--accent)',
    pointerEvents: 'none',
    zIndex: '250',
  },
  '.cm-scroller': {
    fontFamily: 'var(--font-mono)',
    lineHeight: '20px',
    scrollbarWidth: 'thin',
    scrollbarColor: 'var(--line-strong) transparent',
  },
  '.cm-content': { padding: '6px 0 40px', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 16px 0 4px' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--faint)', border: 'none', fontVariantNumeric: 'tabular-nums' },
  '.cm-lines .cm-gutterElement': { padding: '0 0 0 12px', textAlign: 'right', minWidth: '38px' },
  '.cm-lines a': { display: 'block', color: 'inherit', textDecoration: 'none', cursor: 'pointer' },
  '.cm-lines a:hover': { color: 'var(--accent)', textDecoration: 'underline' },
  '.cm-folds .cm-gutterElement': { width: '18px', textAlign: 'center', cursor: 'pointer' },
  '.cm-foldMark': { color: 'var(--faint)', lineHeight: '18px' },
  '.cm-foldMark:hover': { color: 'var(--accent)' },
  '.cm-foldPlace': {
    margin: '0 0 0 6px',
    padding: '0 6px',
    border: '1px solid var(--line)',
    borderRadius: '3px',
    backgroundColor: 'var(--sunken)',
    color: 'var(--soft)',
    font: '11.5px/16px var(--font-sans)',
    cursor: 'pointer',
  },
  '.cm-foldPlace:hover': { borderColor: 'var(--line-strong)', color: 'var(--ink)' },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--hover) 60%, transparent)' },
  '.cm-line.cm-marked, &.cm-focused .cm-line.cm-marked': { backgroundColor: 'var(--mark)', boxShadow: 'inset 2px 0 0 var(--warn)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--accent) 28%, transparent)',
  },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-searchMatch': { backgroundColor: 'color-mix(in srgb, var(--warn) 24%, transparent)', borderRadius: '2px' },
  '.cm-searchMatch-selected': { backgroundColor: 'var(--warn)', color: 'var(--surface)' },
  '.cm-searchMatch-selected span': { color: 'inherit' },
  // The find field is outside the editor: its panel exists, as the editor requires one, but has no height.
  '.cm-panels, .cm-panels.cm-panels-top': { border: 'none', background: 'none' },
  '.cm-masked': {
    padding: '0 4px',
    border: '1px dashed var(--line-strong)',
    borderRadius: '3px',
    background: 'repeating-linear-gradient(135deg, var(--sunken) 0 4px, var(--hover) 4px 8px)',
    color: 'var(--soft)',
  },
  '.cm-masked span': { color: 'inherit' },
  '.cm-remark': { marginLeft: '16px', color: 'var(--faint)', font: 'italic 11.5px/16px var(--font-sans)', userSelect: 'none' },
  '.cm-specialChar': { color: 'var(--error)', backgroundColor: 'var(--error-soft)', borderRadius: '2px' },
  '.cm-tooltip': { border: 'none', background: 'none', zIndex: '30' },
  '.cm-pathTip': {
    display: 'flex',
    gap: '10px',
    maxWidth: 'min(90vw, 640px)',
    padding: '3px 8px',
    border: '1px solid var(--line-strong)',
    borderRadius: '4px',
    backgroundColor: 'var(--raised)',
    color: 'var(--ink)',
    font: '12px/18px var(--font-mono)',
    textAlign: 'left',
    overflowWrap: 'anywhere',
    boxShadow: '0 2px 8px rgb(0 0 0 / 0.18)',
  },
  '.cm-pathCopy': {
    flex: 'none',
    alignSelf: 'start',
    padding: '0 6px',
    border: '1px solid var(--line)',
    borderRadius: '3px',
    background: 'none',
    color: 'var(--soft)',
    font: '11.5px/18px var(--font-sans)',
    cursor: 'pointer',
  },
  '.cm-pathCopy:hover': { color: 'var(--ink)', backgroundColor: 'var(--hover)' },
  '.cm-pathHint': { flex: 'none', color: 'var(--faint)', fontFamily: 'var(--font-sans)', fontSize: '11.5px' },
})

// These four colours are only for text: the keyspaces' and states' colours are not used in it.
const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'light-dark(#1d5bc9, #8fb4ff)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'light-dark(#1f6b3a, #9fd8a8)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword, tags.atom], color: 'light-dark(#9a3d06, #f0b07a)' },
  { tag: tags.content, color: 'var(--ink)' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace, tags.meta], color: 'var(--soft)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--faint)' },
])

// --- all of it ----------------------------------------------------------------------------------------------------------------------

export interface ReaderOptions {
  form: Form
  label: string
  language: Extension
  masked: ReadonlySet<string | null>
  modRevision: string | undefined
  /** Whether kubectl finds the same fields as in the text. */
  kubernetes: boolean
  onMark: (range: LineSpan | null) => void
  onFind: () => void
  onPlace: (line: number) => void
}

/** A read-only editor that can be focused, searched, folded and linked into; Tab leaves it. */
export function reader(options: ReaderOptions): Extension {
  // Without a search so far, the find field opens.
  const again =
    (step: Command): Command =>
    (view) => {
      if (getSearchQuery(view.state).valid) return step(view)
      options.onFind()
      return true
    }
  return [
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.contentAttributes.of({ 'aria-label': options.label, tabindex: '0', spellcheck: 'false', translate: 'no' }),
    markedLines,
    lineLinks(options.onMark),
    folding(options.form),
    // Control and bidi characters are drawn as visible symbols: nothing in a value may reorder the text.
    highlightSpecialChars({
      addSpecialChars: /[\u180e\u2000-\u200a\u202a-\u202c\u2060-\u2065\u2068\u206a-\u206f]|\u200c|\u200d|\ufe0e|\ufe0f/g,
      render: (code, description) => {
        const sign = document.createElement('span')
        sign.className = 'cm-specialChar'
        sign.textContent = code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
        sign.title = description ?? ''
        return sign
      },
    }),
    drawSelection(),
    highlightActiveLine(),
    options.language,
    syntaxHighlighting(colours),
    maskedMarks(options.masked),
    filledInRemark(options.form, options.modRevision),
    pathOnHover(options.form, options.kubernetes),
    search({
      literal: true,
      createPanel: () => ({ dom: document.createElement('div'), top: true }),
      scrollToMatch: (range) => EditorView.scrollIntoView(range, { y: 'center' }),
    }),
    EditorView.updateListener.of((update) => {
      if (update.selectionSet) options.onPlace(update.state.doc.lineAt(update.state.selection.main.head).number)
    }),
    keymap.of([
      {
        key: 'Mod-f',
        run: () => {
          options.onFind()
          return true
        },
      },
      { key: 'n', run: again(findNext) },
      { key: 'N', run: again(findPrevious) },
      { key: 'F3', run: again(findNext), shift: again(findPrevious) },
      { key: 'Mod-g', run: again(findNext), shift: again(findPrevious) },
      {
        key: 'Enter',
        run: (view) => {
          const { from, to } = view.state.selection.main
          options.onMark({ from: view.state.doc.lineAt(from).number, to: view.state.doc.lineAt(to).number })
          return true
        },
      },
      {
        key: 'Escape',
        run: (view) => {
          if (view.state.field(markedLines) === null) return false
          options.onMark(null)
          return true
        },
      },
      ...foldKeymap,
      ...standardKeymap,
    ]),
    theme,
  ]
}
