// Finds the field of a line of our YAML or JSON by walking up from it, so that nothing is parsed in advance.

/** Lines counted from 1, as an editor counts them. */
export interface Lines {
  count: number
  line(number: number): string
}

export type Path = readonly (string | number)[]

const PLAIN_STEP = /^[A-Za-z_$][A-Za-z0-9_$-]*$/

/**
 * For display, and as problems name their places: `.spec.containers[0].image`, `.metadata.annotations['a.b/c']`; empty for the whole. For commands
 * see path-commands.ts.
 */
export function formatPath(path: Path): string {
  let out = ''
  for (const step of path) {
    if (typeof step === 'number') out += `[${step}]`
    else if (PLAIN_STEP.test(step)) out += `.${step}`
    else out += `['${step.replace(/[\\']/g, '\\$&')}']`
  }
  return out
}

/** The field of a line, for a text of either form. */
export function pathAtLine(form: 'yaml' | 'json', lines: Lines, number: number): Path {
  return form === 'yaml' ? yamlPathAtLine(lines, number) : jsonPathAtLine(lines, number)
}

/** The key, or null for the dash of a list item. */
interface Token {
  column: number
  key: string | null
}

/** The start of a line of block YAML: its dashes and its key; and what follows them. */
export interface YamlLine {
  tokens: Token[]
  rest: string
  restColumn: number
}

const PLAIN_KEY = /^([^\s"'#&*!|>%@`[\]{},?:-][^\n]*?|[-?:][^\s][^\n]*?):(?= |$)/

export function readYamlLine(text: string): YamlLine {
  let column = indentOf(text)
  const tokens: Token[] = []
  while (text.charCodeAt(column) === 45 && (text.charCodeAt(column + 1) === 32 || column + 1 === text.length)) {
    tokens.push({ column, key: null })
    column += 2
  }
  // A key too long for the usual form: `? key`, its value after `:` on a line of its own.
  const explicit = text.startsWith('? ', column)
  const start = explicit ? column + 2 : column
  const first = text[start]
  let key: string | null = null
  let end = start
  if (first === '"' || first === "'") {
    const match = (first === '"' ? /^"(?:[^"\\]|\\.)*"/ : /^'(?:[^']|'')*'/).exec(text.slice(start))
    const after = match ? start + match[0].length : -1
    if (match && (explicit || (text[after] === ':' && (after + 1 === text.length || text[after + 1] === ' ')))) {
      key = unquote(match[0])
      end = explicit ? after : after + 1
    }
  } else if (explicit) {
    key = text.slice(start)
    end = text.length
  } else {
    const match = PLAIN_KEY.exec(text.slice(start))
    if (match) {
      key = match[1] ?? ''
      end = start + match[0].length
    }
  }
  if (key !== null) tokens.push({ column, key })
  while (text[end] === ' ') end++
  return { tokens, rest: text.slice(end), restColumn: end }
}

function unquote(quoted: string): string {
  if (quoted.startsWith("'")) return quoted.slice(1, -1).replaceAll("''", "'")
  try {
    return JSON.parse(
      quoted.replace(/\\(?:x([0-9a-fA-F]{2})|U([0-9a-fA-F]{8})|([\s\S]))/g, (whole, hex, long, letter) =>
        hex ? `\\u00${hex}` : long ? String.fromCodePoint(Number.parseInt(long, 16)) : (YAML_ESCAPES[letter] ?? whole),
      ),
    ) as string
  } catch {
    return quoted.slice(1, -1)
  }
}

const YAML_ESCAPES: Record<string, string> = {
  a: '\\u0007',
  e: '\\u001b',
  '0': '\\u0000',
  v: '\\u000b',
  _: '\\u00a0',
  N: '\\u0085',
  L: '\\u2028',
  P: '\\u2029',
  ' ': ' ',
}

const BLOCK_HEADER = /^[|>][0-9+-]{0,2}$/

export function indentOf(text: string): number {
  let indent = 0
  while (text.charCodeAt(indent) === 32) indent++
  return indent
}

/**
 * The line on which the block scalar (`|`, `>`) around a line begins, or null if there is none.
 *
 * Going up, only lines with decreasing indentation can contain the line. A block's text may itself look like YAML with a block, so the outermost
 * header counts.
 */
export function blockScalarHeader(lines: Lines, number: number): number | null {
  let current = number
  while (current > 1 && lines.line(current).trim() === '') current--
  let found: number | null = null
  let indent: number
  if (current !== number) {
    // An empty line is in a block only if the text before it is, or if it follows the header itself.
    if (BLOCK_HEADER.test(readYamlLine(lines.line(current)).rest)) found = current
    indent = indentOf(lines.line(current))
  } else {
    indent = indentOf(lines.line(number))
  }
  for (let above = current - 1; above >= 1 && indent >= 0; above--) {
    const text = lines.line(above)
    const own = indentOf(text)
    if (own >= indent && !(indent === 0 && own === 0)) continue
    if (own === text.length) continue
    if (own < indent) {
      const parsed = readYamlLine(text)
      const column = parsed.tokens.at(-1)?.column ?? -1
      if (column < indent && BLOCK_HEADER.test(parsed.rest)) found = above
      indent = own
    }
    if (indent === 0) break
  }
  return found
}

/** The field of a line of block YAML in kubectl's layout: lists not indented under their key, block literals for long text. */
export function yamlPathAtLine(lines: Lines, number: number): Path {
  if (number < 1 || number > lines.count) return []
  const start = blockScalarHeader(lines, number) ?? number
  const path: (string | number)[] = []
  let column = Number.POSITIVE_INFINITY
  let dash = false
  let index = 0
  for (let at = start; at >= 1; at--) {
    const text = lines.line(at)
    const indent = indentOf(text)
    if (indent > column || indent === text.length) continue
    const { tokens } = readYamlLine(text)
    for (let i = tokens.length - 1; i >= 0; i--) {
      const token = tokens[i] as Token
      if (dash && token.column === column) {
        if (token.key === null) {
          index++
          continue
        }
        // The list's key is in the same column as its dashes.
      } else if (token.column >= column) continue
      if (dash) path.push(index)
      dash = token.key === null
      index = 0
      column = token.column
      if (token.key !== null) path.push(token.key)
    }
    if (column === 0 && !dash) break
  }
  if (dash) path.push(index)
  return path.reverse()
}

const JSON_KEY = /^\s*("(?:[^"\\]|\\.)*"): ?/

/** The field of a line of indented JSON, one member or item per line. */
export function jsonPathAtLine(lines: Lines, number: number): Path {
  if (number < 1 || number > lines.count) return []
  const path: (string | number)[] = []
  let at = number
  const text = lines.line(at)
  let indent = indentOf(text)
  if (/^\s*[}\]]/.test(text)) {
    // The end of an object or list belongs to its first line.
    for (at--; at >= 1 && indentOf(lines.line(at)) !== indent; at--);
  }
  while (at >= 1) {
    const own = lines.line(at)
    const key = jsonKey(own)
    if (key !== null) path.push(key)
    if (indent === 0) break
    let index = 0
    let parent = at - 1
    for (; parent >= 1; parent--) {
      const above = lines.line(parent)
      const aboveIndent = indentOf(above)
      if (aboveIndent < indent) break
      const first = above.charCodeAt(aboveIndent)
      if (aboveIndent === indent && first !== 125 && first !== 93) index++
    }
    if (parent < 1) break
    if (key === null) path.push(index)
    indent = indentOf(lines.line(parent))
    at = parent
  }
  return path.reverse()
}

/** The line of a formatted path's field, or of the nearest field around it; null if not even its first step exists. */
export function lineOfPath(form: 'yaml' | 'json', lines: Lines, wanted: string): number | null {
  let best: number | null = null
  let bestLength = 0
  const root = { column: -1, dash: false, path: '', items: 0 }
  const around = [root]
  let block = Number.POSITIVE_INFINITY
  for (let number = 1; number <= lines.count; number++) {
    const text = lines.line(number)
    const indent = indentOf(text)
    if (indent === text.length || indent > block || (form === 'json' && /[}\]]/.test(text[indent] ?? ''))) continue
    block = Number.POSITIVE_INFINITY
    const line = form === 'yaml' ? readYamlLine(text) : null
    for (const token of line?.tokens ?? [{ column: indent, key: jsonKey(text) }]) {
      // A list's dashes are in the column of its key.
      while (around.length > 1) {
        const last = around[around.length - 1] as typeof root
        if (last.column < token.column || (last.column === token.column && line && token.key === null && !last.dash)) break
        around.pop()
      }
      const parent = around[around.length - 1] as typeof root
      const atRoot = form === 'json' && indent === 0
      const path = atRoot ? '' : parent.path + formatPath([token.key ?? parent.items++])
      around.push({ column: token.column, dash: token.key === null, path, items: 0 })
      if (path === wanted) return number
      if (path.length > bestLength && wanted.startsWith(path) && /^[.[]/.test(wanted.slice(path.length))) {
        best = number
        bestLength = path.length
      }
    }
    if (line && BLOCK_HEADER.test(line.rest)) block = line.tokens.at(-1)?.column ?? -1
  }
  return best
}

function jsonKey(text: string): string | null {
  const key = JSON_KEY.exec(text)?.[1]
  return key === undefined ? null : (JSON.parse(key) as string)
}
