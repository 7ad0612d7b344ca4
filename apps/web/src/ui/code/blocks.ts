// The blocks of a text that fold, and those that are folded when it opens: by lines, for the editor and for what is shown before it.
import { blockScalarHeader, indentOf, type Lines, pathAtLine, readYamlLine } from './line-path.ts'

export type Form = 'yaml' | 'json' | 'text'

/** Whether a line starts a foldable block: looks only one line ahead, as it is called for every visible line. */
export function opensBlock(form: Form, lines: Lines, number: number): boolean {
  if (form === 'text' || number >= lines.count) return false
  const text = lines.line(number)
  const next = lines.line(number + 1)
  if (form === 'json') return /[[{]$/.test(text) && indentOf(next) > indentOf(text)
  const indent = indentOf(text)
  if (indent === text.length) return false
  if (indentOf(next) > indent) return true
  return indentOf(next) === indent && /^ *- /.test(next) && /:$/.test(text) && !/^ *- /.test(text)
}

/** The last line of the block that a line starts: what folding it hides; null if it starts none. */
export function endOfBlock(form: Form, lines: Lines, number: number): number | null {
  if (!opensBlock(form, lines, number)) return null
  const first = lines.line(number)
  const indent = indentOf(first)
  let last = number
  if (form === 'json') {
    for (let at = number + 1; at <= lines.count && indentOf(lines.line(at)) > indent; at++) last = at
    return last
  }
  const { tokens, rest } = readYamlLine(first)
  // `- name: x` folds its whole item; `- name:` what is below the name.
  const token = rest === '' || /^[|>]/.test(rest) ? tokens.at(-1) : tokens[0]
  const column = token?.column ?? indent
  const list = token !== undefined && token.key !== null
  for (let at = number + 1; at <= lines.count; at++) {
    const text = lines.line(at)
    const own = indentOf(text)
    if (own === text.length) continue
    if (own > column || (list && own === column && /^ *- /.test(text))) last = at
    else break
  }
  return last === number ? null : last
}

/** What may be noise by itself; the line's path decides. */
export const NOISE = {
  yaml: /^ *(managedFields|kubectl\.kubernetes\.io\/last-applied-configuration):/,
  json: /^ *"managedFields": \[/,
}

/** Whether a line that `NOISE` matches starts a machine-written part of an object's metadata, which is folded when a value opens. */
export function startsNoise(form: 'yaml' | 'json', lines: Lines, number: number): boolean {
  const path = pathAtLine(form, lines, number)
  const inMetadata = path.at(-2) === 'metadata' || (path.at(-2) === 'annotations' && path.at(-3) === 'metadata')
  return inMetadata && !(form === 'yaml' && blockScalarHeader(lines, number) !== null)
}
