// Finds the scalars of YAML (and so JSON) text, which of them are keys, and their mappings: enough to inspect a text in one pass at any depth. Builds
// nothing and never fails: a document that is not proper YAML is marked as loose.

/** A scalar as in the text, including quotes and block header. */
export interface Scalar {
  start: number
  end: number
  style: 'plain' | 'single' | 'double' | 'block' | 'alias'
  /** A mapping's key; otherwise a value or list item. */
  key: boolean
  /** The mapping of a key. Numbers are unique within a document. */
  mapping: number
  /** For a value: the index in `scalars` of the last key before it; -1 if there is none. */
  under: number
  /** For a value: only comments, tags and anchors are between it and that key. */
  direct: boolean
  /** Tagged `!!binary`: its text is base64. */
  binary: boolean
  /** For a block scalar: the indentation of its lines, and where the first begins. */
  indent: number
  content: number
}

export interface YamlDocument {
  start: number
  end: number
  scalars: Scalar[]
  /** Comments from `#` to the end of the line; in braces also those of JavaScript. */
  comments: { start: number; end: number }[]
  /** Not proper YAML, or with anchors, aliases, merges or explicit keys: the mappings of keys are uncertain. */
  loose: boolean
  /** Mappings in braces that are not closed at the end of the text. */
  open: ReadonlySet<number>
}

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const EXCLAMATION = 33
const DOUBLE = 34
const HASH = 35
const PERCENT = 37
const AMPERSAND = 38
const SINGLE = 39
const ASTERISK = 42
const COMMA = 44
const DASH = 45
const SLASH = 47
const COLON = 58
const GREATER = 62
const QUESTION = 63
const AT = 64
const BRACKET = 91
const BACKSLASH = 92
const BRACKET_END = 93
const BACKTICK = 96
const BRACE = 123
const BAR = 124
const BRACE_END = 125
const BOM = 0xfeff

const BLOCK_HEADER = /[|>][-+0-9]{0,2}[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/y
/** A tag in angle brackets, or up to a space or bracket. */
const WORD = /!<[^>\s]*>|[^\s,[\]{}]*/y
const BLANK = (c: number): boolean => c === SPACE || c === TAB || c === LF || c === CR || Number.isNaN(c)
const FLOW = (c: number): boolean => c === COMMA || c === BRACKET || c === BRACKET_END || c === BRACE || c === BRACE_END

/** Every document of the text, whose line ends are those of {@link withLineFeeds}. Linear in time and memory. */
export function readDocuments(text: string): YamlDocument[] {
  return new Reader(text).read()
}

/** The text with all YAML line ends as line feeds; positions stay the same. */
export function withLineFeeds(text: string): string {
  return text.replace(/\r(?!\n)|[\x85\u2028\u2029]/g, '\n')
}

class Reader {
  readonly #text: string
  readonly #documents: YamlDocument[] = []
  #at = 0
  #lineStart = 0
  #document: YamlDocument
  #flow: { mapping: number; list: boolean }[] = []
  /** Open block mappings, by the column of their keys. */
  #blocks: { column: number; mapping: number }[] = []
  #mappings = 0
  /** Column of the last key or dash of a block: a block scalar is indented further. -1 at the root. */
  #parent = -1
  #under = -1
  #direct = false
  #binary = false
  /** Start of the next scalar's tag or anchor, if it has one. */
  #properties = -1
  /** A scalar may follow: after a key, a dash, a tag, at the start. Otherwise plain text continues the previous line. */
  #expected = true
  /** There is text at the root, so no key may follow. */
  #rootText = false

  constructor(text: string) {
    this.#text = text
    this.#document = emptyDocument(0)
  }

  read(): YamlDocument[] {
    const text = this.#text
    const { length } = text
    while (this.#at < length) {
      const at = this.#at
      const c = text.charCodeAt(at)
      const inFlow = this.#flow.length > 0
      if (c === LF || c === SPACE || c === TAB || c === CR || c === BOM) {
        this.#at = at + 1
        if (c === LF) this.#lineStart = this.#at
        continue
      }
      const next = text.charCodeAt(at + 1)
      if (at === this.#lineStart && !inFlow && this.#marker(at)) continue
      switch (c) {
        case HASH:
          if (at === this.#lineStart || BLANK(text.charCodeAt(at - 1))) {
            this.#comment(at)
            continue
          }
          break
        case DASH:
          if (!inFlow && BLANK(next)) {
            this.#dash(at)
            continue
          }
          break
        case QUESTION:
          if (BLANK(next)) {
            this.#document.loose = true
            this.#parent = at - this.#lineStart
            this.#step(at + 1)
            continue
          }
          break
        case COLON:
          if (BLANK(next) || (inFlow && FLOW(next))) {
            // Its key is not beside it: an explicit one, or none.
            this.#document.loose = true
            this.#step(at + 1)
            continue
          }
          break
        case COMMA:
          if (!inFlow) this.#document.loose = true
          this.#under = this.#flow.at(-1)?.list ? this.#under : -1
          this.#step(at + 1)
          continue
        case BRACE:
        case BRACKET:
          this.#openFlow(c === BRACKET)
          continue
        case BRACE_END:
        case BRACKET_END:
          this.#closeFlow()
          continue
        case EXCLAMATION:
        case AMPERSAND:
          this.#property(at, c)
          continue
        case ASTERISK:
          if (!BLANK(next)) {
            this.#alias(at)
            continue
          }
          this.#document.loose = true
          break
        case BAR:
        case GREATER:
          if (!inFlow && this.#block(at)) continue
          break
        case DOUBLE:
        case SINGLE:
          this.#quoted(at, c)
          continue
        case AT:
        case BACKTICK:
          this.#document.loose = true
          break
        case SLASH:
          if (inFlow && this.#foreignComment(at, next)) continue
          break
        case PERCENT:
          if (at === this.#lineStart && !inFlow && this.#document.scalars.length === 0) {
            this.#at = lineEnd(text, at)
            continue
          }
          break
      }
      this.#plain(at)
    }
    this.#finish(length)
    return this.#documents
  }

  /** A comment of near-JSON, which YAML does not have. */
  #foreignComment(at: number, next: number): boolean {
    if (next !== SLASH && next !== ASTERISK) return false
    const close = next === SLASH ? lineEnd(this.#text, at) : this.#text.indexOf('*/', at + 2) + 2
    const end = close < at + 2 ? this.#text.length : close
    this.#document.comments.push({ start: at, end })
    this.#at = end
    return true
  }

  #step(to: number): void {
    this.#at = to
    this.#direct = false
    this.#expected = true
    this.#properties = -1
  }

  /** `---` and `...` at the start of a line. */
  #marker(at: number): boolean {
    const text = this.#text
    const c = text.charCodeAt(at)
    if ((c !== DASH && c !== 46) || text.charCodeAt(at + 1) !== c || text.charCodeAt(at + 2) !== c || !BLANK(text.charCodeAt(at + 3)))
      return false
    this.#finish(at)
    this.#document = emptyDocument(at + 3)
    this.#at = at + 3
    return true
  }

  #finish(end: number): void {
    const document = this.#document
    document.end = end
    document.open = new Set(this.#flow.filter(({ list }) => !list).map(({ mapping }) => mapping))
    this.#documents.push(document)
    this.#flow = []
    this.#blocks = []
    this.#parent = -1
    this.#under = -1
    this.#direct = false
    this.#binary = false
    this.#properties = -1
    this.#expected = true
    this.#rootText = false
  }

  #comment(at: number): void {
    const end = lineEnd(this.#text, at)
    this.#document.comments.push({ start: at, end })
    this.#at = end
  }

  #dash(at: number): void {
    const column = at - this.#lineStart
    this.#closeBlocks(column)
    this.#parent = column
    this.#step(at + 1)
  }

  #openFlow(list: boolean): void {
    this.#flow.push({ mapping: ++this.#mappings, list })
    this.#step(this.#at + 1)
  }

  #closeFlow(): void {
    if (this.#flow.pop() === undefined) this.#document.loose = true
    this.#under = -1
    this.#step(this.#at + 1)
    this.#expected = false
  }

  #property(at: number, c: number): void {
    WORD.lastIndex = at
    const [word = ''] = WORD.exec(this.#text) ?? []
    if (c === EXCLAMATION) this.#binary = /binary>?$/.test(word)
    this.#document.loose = true
    if (this.#properties < 0) this.#properties = at
    this.#at = at + Math.max(1, word.length)
    this.#expected = true
  }

  #alias(at: number): void {
    WORD.lastIndex = at
    const [word = ''] = WORD.exec(this.#text) ?? []
    this.#document.loose = true
    this.#scalar(at, at + Math.max(1, word.length), 'alias')
  }

  #plain(at: number): void {
    const text = this.#text
    const { length } = text
    const inFlow = this.#flow.length > 0
    let end = at
    let last = at
    for (; end < length; end++) {
      const c = text.charCodeAt(end)
      if (c === LF) break
      if (c === COLON) {
        const next = text.charCodeAt(end + 1)
        if (BLANK(next) || (inFlow && FLOW(next))) break
      } else if (c === HASH && end > at && BLANK(text.charCodeAt(end - 1))) break
      else if (inFlow && FLOW(c)) break
      if (c !== SPACE && c !== TAB && c !== CR) last = end + 1
    }
    // A character that cannot start plain text is skipped.
    this.#scalar(at, Math.max(last, at + 1), 'plain')
  }

  #quoted(at: number, quote: number): void {
    const text = this.#text
    let end = at + 1
    for (;;) {
      end = text.indexOf(quote === DOUBLE ? '"' : "'", end)
      if (end < 0) break
      if (quote === SINGLE) {
        if (text.charCodeAt(end + 1) !== SINGLE) break
        end += 2
        continue
      }
      let slashes = 0
      while (text.charCodeAt(end - 1 - slashes) === BACKSLASH && end - 1 - slashes > at) slashes += 1
      if (slashes % 2 === 0) break
      end += 1
    }
    if (end < 0) this.#document.loose = true
    const stop = end < 0 ? text.length : end + 1
    const newline = text.slice(at, stop).lastIndexOf('\n')
    this.#scalar(at, stop, quote === DOUBLE ? 'double' : 'single')
    if (newline >= 0) this.#lineStart = at + newline + 1
  }

  /** False if the text after `|` or `>` is not a block scalar. */
  #block(at: number): boolean {
    const text = this.#text
    BLOCK_HEADER.lastIndex = at
    const [header] = BLOCK_HEADER.exec(text) ?? []
    if (header === undefined) return false
    const content = at + header.length
    const digit = /^.[-+]?([1-9])/.exec(header)?.[1]
    let indent = digit === undefined ? -1 : Math.max(this.#parent, 0) + Number(digit)
    let end = content
    for (let line = content; line < text.length; ) {
      let first = line
      while (text.charCodeAt(first) === SPACE) first += 1
      const stop = lineEnd(text, line)
      const empty = first >= stop || (text.charCodeAt(first) === CR && first + 1 >= stop)
      if (!empty) {
        if (indent < 0 && first - line > this.#parent) indent = first - line
        if (indent < 0 || first - line < indent) break
        if (indent === 0 && /^(?:---|\.\.\.)(?:\s|$)/.test(text.slice(line, line + 4))) break
      }
      line = Math.min(stop + 1, text.length)
      end = line
    }
    const scalar = this.#scalar(at, end, 'block')
    scalar.indent = Math.max(indent, 0)
    scalar.content = content
    this.#lineStart = end
    return true
  }

  #scalar(start: number, end: number, style: Scalar['style']): Scalar {
    const text = this.#text
    const { scalars } = this.#document
    const inFlow = this.#flow.length > 0
    const quoted = style === 'single' || style === 'double'
    const scalar: Scalar = {
      start,
      end,
      style,
      key: false,
      mapping: 0,
      under: this.#under,
      direct: this.#direct,
      binary: this.#binary,
      indent: 0,
      content: start,
    }
    const colon = style === 'block' ? -1 : colonAfter(text, end, inFlow, quoted)
    this.#binary = false
    this.#at = end
    if (colon >= 0) {
      scalar.key = true
      // A tag or anchor on the line before it belongs to the mapping.
      scalar.mapping = this.#mappingOf((this.#properties < this.#lineStart ? start : this.#properties) - this.#lineStart)
      this.#under = scalars.length
      this.#at = colon + 1
      // For example JSON without its beginning.
      if (!inFlow && (this.#rootText || !BLANK(text.charCodeAt(colon + 1)))) this.#document.loose = true
      if (scalars.length > 0 && text.slice(start, end) === '<<') this.#document.loose = true
    } else if (!inFlow) {
      const column = start - this.#lineStart
      if (!this.#expected && column <= this.#parent) this.#document.loose = true
      if (this.#parent < 0) this.#rootText = true
      if (quoted && !endsThere(text, end)) this.#document.loose = true
    }
    this.#direct = scalar.key
    this.#expected = scalar.key
    this.#properties = -1
    scalars.push(scalar)
    return scalar
  }

  /** Ends mappings with keys further right. */
  #closeBlocks(column: number): void {
    for (let top = this.#blocks.at(-1); top !== undefined && top.column > column; top = this.#blocks.at(-1)) this.#blocks.pop()
  }

  #mappingOf(column: number): number {
    const inside = this.#flow.at(-1)
    if (inside !== undefined) return inside.mapping
    this.#closeBlocks(column)
    this.#parent = column
    const top = this.#blocks.at(-1)
    if (top?.column === column) return top.mapping
    const mapping = ++this.#mappings
    this.#blocks.push({ column, mapping })
    return mapping
  }
}

function emptyDocument(start: number): YamlDocument {
  return { start, end: start, scalars: [], comments: [], loose: false, open: new Set() }
}

/** The position of the line feed that ends the line, or the end of the text. */
function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

/** The position of the colon that makes the scalar ending at `end` a key; -1 if it is not one. */
function colonAfter(text: string, end: number, inFlow: boolean, quoted: boolean): number {
  let at = end
  for (;;) {
    const c = text.charCodeAt(at)
    if (c === SPACE || c === TAB || (inFlow && (c === LF || c === CR))) at += 1
    else break
  }
  if (text.charCodeAt(at) !== COLON) return -1
  const next = text.charCodeAt(at + 1)
  return BLANK(next) || quoted || (inFlow && FLOW(next)) ? at : -1
}

/** Whether only a comment follows on the line. */
function endsThere(text: string, end: number): boolean {
  let at = end
  while (text.charCodeAt(at) === SPACE || text.charCodeAt(at) === TAB || text.charCodeAt(at) === CR) at += 1
  return at >= text.length || text.charCodeAt(at) === LF || (text.charCodeAt(at) === HASH && at > end)
}

/** The content of a scalar: escapes resolved, lines folded, indentation removed. For an alias its name. */
export function scalarText(text: string, scalar: Scalar): string {
  const { start, end, style } = scalar
  switch (style) {
    case 'plain':
    case 'alias':
      return text.slice(start, end)
    case 'single':
      return foldLines(inside(text, start, end, "'").replaceAll("''", "'"))
    case 'double':
      return unescapeDouble(inside(text, start, end, '"'))
    case 'block': {
      const lines = text.slice(scalar.content, end).split('\n')
      const { indent } = scalar
      // Folding would only join lines, which the search does not need.
      return lines.map((line) => (line.length > indent ? line.slice(indent) : line.trim())).join('\n')
    }
  }
}

function inside(text: string, start: number, end: number, quote: string): string {
  return text.slice(start + 1, end - start >= 2 && text[end - 1] === quote ? end - 1 : end)
}

function foldLines(text: string): string {
  if (!text.includes('\n')) return text
  return text.replace(/[ \t]*\r?\n(?:[ \t]*\r?\n)*[ \t]*/g, (breaks) => {
    const count = breaks.split('\n').length - 1
    return count === 1 ? ' ' : '\n'.repeat(count - 1)
  })
}

const ESCAPES: Record<string, string> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
}

function unescapeDouble(text: string): string {
  if (!text.includes('\\')) return foldLines(text)
  // Escaped line ends are removed with surrounding space; other line ends are folded, except those made by an escape.
  return text.replace(
    /\\\r?\n[ \t]*|\\x([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\([^\n])|[ \t]*\r?\n(?:[ \t]*\r?\n)*[ \t]*/g,
    (all, x?: string, u?: string, long?: string, one?: string) => {
      const code = x ?? u ?? long
      if (code !== undefined) return codeText(Number.parseInt(code, 16))
      if (one !== undefined) return ESCAPES[one] ?? one
      return all.startsWith('\\') ? '' : foldLines(all)
    },
  )
}

function codeText(code: number): string {
  return code > 0x10ffff ? '\ufffd' : code > 0xffff ? String.fromCodePoint(code) : String.fromCharCode(code)
}

const ESCAPED = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n[ \t]*|[^\n])/g

/** The text with the escapes of all quoted scalars resolved, repeatedly (at most eight times): what a search by words sees of nested texts. */
export function unescapeAll(text: string): string {
  let plain = text
  for (let i = 0; i < 8 && plain.includes('\\'); i++) {
    plain = plain.replace(ESCAPED, (escaped) => {
      const kind = escaped[1] ?? ''
      if (kind === '\r' || kind === '\n') return ''
      if (escaped.length > 2) return codeText(Number.parseInt(escaped.slice(2), 16))
      return ESCAPES[kind] ?? kind
    })
  }
  return plain
}
