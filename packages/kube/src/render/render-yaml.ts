// Prints values as block YAML the way kubectl does, so that YAML 1.1 and 1.2 readers both get the same value back.
import { ExactNumber, type KubeValue } from '../value.ts'
import { scalarJson } from './render-json.ts'
import { naturalOrder, sortedKeys } from './sorted-keys.ts'

/**
 * YAML text: keys in go-yaml's order, lists not indented under their key, strings of several lines as block literals, every other string
 * plain where both YAML versions read it as a string and quoted where not. Ends with a newline.
 */
export function renderYaml(value: KubeValue): string {
  const printer = new YamlPrinter()
  printer.root(value)
  return printer.out
}

// What may stand plain: begins with a letter, a digit, `/`, `_`, `.` or a parenthesis-free word character, holds no `: `, ` #`, line break or control character.
const PLAIN = /^[A-Za-z0-9_/.$(+\u00c0-\u024f][A-Za-z0-9_/.$()+\-@%=^~*&!?;<>|'"\\`{}[\],: \u00c0-\u024f]*$/
const UNSAFE_INSIDE = /: | #|:$|^[ ]| $/
// Everything either YAML version (or a lenient reader) takes for something other than a string.
const WORDS =
  /^(?:~|null|Null|NULL|true|True|TRUE|false|False|FALSE|y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF|<<|=|\.nan|\.NaN|\.NAN|[+-]?\.inf|[+-]?\.Inf|[+-]?\.INF)$/
// Numbers, sexagesimals, dates, and whatever else begins like one. `1.2.3.4`, `10m` and `2Gi` do not match and stay plain.
const NUMBER_LIKE =
  /^[+-]?(?:0[xXbBoO][0-9A-Fa-f_]*|[0-9][0-9_,]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?|\.[0-9_]*(?:[eE][+-]?[0-9_]*)?|[0-9][0-9_]*(?::[0-9_]+)+(?:\.[0-9_]*)?)$/
const DATE_LIKE = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}/
// Fits a literal block: printable, no carriage return, no break that only YAML 1.1 knows (NEL, LS, PS), no byte order mark.
const NOT_LITERAL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
const NOT_SINGLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
const ESCAPES = new RegExp(NOT_SINGLE.source, 'g')

class YamlPrinter {
  out = ''

  root(value: KubeValue): void {
    if (isCollection(value)) this.collection(value, '')
    else if (typeof value === 'string') this.out += `${quoteOneLine(value)}\n`
    else this.out += `${scalar(value)}\n`
  }

  /** A non-empty list or object, its first line at the current place, the others at `indent`. */
  private collection(value: KubeValue, indent: string): void {
    if (Array.isArray(value)) {
      const inner = `${indent}  `
      let lead = ''
      for (const item of value) {
        this.out += `${lead}- `
        lead = indent
        if (isCollection(item)) this.collection(item, inner)
        // No indentation indicator inside lists: readers disagree on what it counts from there.
        else if (typeof item === 'string') this.string(item, inner, false)
        else this.out += `${scalar(item)}\n`
      }
      return
    }
    const object = value as { [key: string]: KubeValue }
    let lead = ''
    for (const key of sortedKeys(object, naturalOrder)) {
      const item = object[key] as KubeValue
      this.out += lead + keyText(key, indent)
      lead = indent
      if (Array.isArray(item) && item.length > 0) {
        this.out += `:\n${indent}`
        this.collection(item, indent)
      } else if (isCollection(item)) {
        this.out += `:\n${indent}  `
        this.collection(item, `${indent}  `)
      } else {
        this.out += ': '
        if (typeof item === 'string') this.string(item, `${indent}  `, true)
        else this.out += `${scalar(item)}\n`
      }
    }
  }

  private string(text: string, indent: string, mayIndicate: boolean): void {
    const literal = text.includes('\n') ? literalHeader(text, mayIndicate) : undefined
    if (literal === undefined) {
      this.out += `${quoteOneLine(text)}\n`
      return
    }
    const body = text.endsWith('\n') ? text.slice(0, -1) : text
    // Empty lines get no indentation; all others get it, also those of blanks only.
    this.out += `${literal}\n${body.replace(/^(?=.)/gm, indent)}\n`
  }
}

function isCollection(value: KubeValue): boolean {
  if (value === null || typeof value !== 'object' || value instanceof ExactNumber) return false
  return Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0
}

function scalar(value: KubeValue): string {
  if (value instanceof ExactNumber) return value.text
  if (value !== null && typeof value === 'object') return Array.isArray(value) ? '[]' : '{}'
  return scalarJson(value as null | boolean | number | bigint)
}

/** `|`, `|-` or `|+` with an indentation indicator where the text begins with blanks; `undefined` when a literal cannot hold the text. */
function literalHeader(text: string, mayIndicate: boolean): string | undefined {
  if (NOT_LITERAL.test(text) || /^[\n ]*$/.test(text)) return undefined
  const indicated = /^[\n ]/.test(text)
  // A tab where indentation is expected, or blank lines longer than it, are read differently by different readers.
  if (/^[\n ]*\t/.test(text) || (indicated && !mayIndicate)) return undefined
  const chomp = text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? '' : '-'
  return `|${indicated ? '2' : ''}${chomp}`
}

function keyText(key: string, indent: string): string {
  // Readers limit implicit keys to 1,024 characters; `? ` says it outright.
  const text = quoteOneLine(key)
  return text.length > 1000 ? `? ${text}\n${indent}` : text
}

function quoteOneLine(text: string): string {
  if (isPlain(text)) return text
  if (NOT_SINGLE.test(text)) return doubleQuoted(text)
  return text.includes("'") && !text.includes('"') && !text.includes('\\') ? `"${text}"` : `'${text.replace(/'/g, "''")}'`
}

function isPlain(text: string): boolean {
  if (text.length === 0 || !PLAIN.test(text) || UNSAFE_INSIDE.test(text)) return false
  const c = text.charCodeAt(0)
  // Only words that begin so can be taken for something else.
  if ((c >= 0x30 && c <= 0x39) || c === 0x2b || c === 0x2e)
    return !NUMBER_LIKE.test(text) && !DATE_LIKE.test(text) && !WORDS.test(text) && !text.startsWith('...')
  // Some YAML 1.1 readers take `e0` for a number without digits before its exponent.
  if (c === 0x45 || c === 0x65) return !/^[eE][+-]?[0-9_]+$/.test(text)
  return text.length > 5 || !WORDS.test(text)
}

function doubleQuoted(text: string): string {
  const escaped = text.replace(/[\\"]/g, '\\$&').replace(ESCAPES, (c) => {
    if (c === '\n') return '\\n'
    if (c === '\t') return '\\t'
    if (c === '\r') return '\\r'
    const code = c.charCodeAt(0)
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
  return `"${escaped}"`
}
