// Formats values as block YAML like kubectl, so that YAML 1.1 and 1.2 readers both get the same value back.
import { ExactNumber, type KubeValue } from '../value/value.ts'
import { utf8Bytes } from '../wire/text.ts'
import { scalarJson } from './render-json.ts'
import { naturalOrder, sortedKeys } from './sorted-keys.ts'
import { literalHeader, quoteOneLine } from './yaml-string.ts'

/**
 * YAML text: keys in go-yaml's order, lists not indented under their key, strings as go-yaml writes them (see yaml-string.ts). Ends with a newline.
 * @param sortKeys false keeps the value's own order, which matters for a value without a schema
 * @param most stop soon after this many characters: nesting turns few bytes into many blanks
 */
export function renderYaml(value: KubeValue, { sortKeys = true, most = Number.POSITIVE_INFINITY }: YamlRenderOptions = {}): string {
  const printer = new YamlPrinter(sortKeys, most)
  printer.root(value)
  return printer.out
}

export interface YamlRenderOptions {
  sortKeys?: boolean
  most?: number
}

/** go-yaml writes a longer key (in bytes) explicitly, with `? `. */
const LONGEST_SIMPLE_KEY = 128

class YamlPrinter {
  out = ''
  private readonly sortKeys: boolean
  private readonly most: number

  constructor(sortKeys: boolean, most: number) {
    this.sortKeys = sortKeys
    this.most = most
  }

  root(value: KubeValue): void {
    if (isCollection(value)) this.collection(value, '')
    else if (typeof value === 'string') this.string(value, '  ', false)
    else this.out += `${scalar(value)}\n`
  }

  /** A non-empty list or object, its first line at the current place, the others at `indent`. */
  private collection(value: KubeValue, indent: string): void {
    if (Array.isArray(value)) {
      const inner = `${indent}  `
      let lead = ''
      for (const item of value) {
        if (this.out.length > this.most) return
        this.out += `${lead}- `
        lead = indent
        if (isCollection(item)) this.collection(item, inner)
        // No indentation indicator inside lists: readers disagree on its base.
        else if (typeof item === 'string') this.string(item, inner, false)
        else this.out += `${scalar(item)}\n`
      }
      return
    }
    const object = value as { [key: string]: KubeValue }
    let lead = ''
    for (const key of this.sortKeys ? sortedKeys(object, naturalOrder) : Object.keys(object)) {
      if (this.out.length > this.most) return
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
    // Empty lines are not indented; all others are, including those of blanks only.
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
  if (typeof value === 'number' && (!Number.isInteger(value) || Math.abs(value) >= 1e21)) return goFloat(value)
  return scalarJson(value as null | boolean | number | bigint)
}

/** A fraction like Go's shortest `%g`: with a two-digit exponent from a million on and below 0.0001. */
function goFloat(value: number): string {
  const size = Math.abs(value)
  if (size >= 1e-4 && size < 1e6) return String(value)
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
}

function keyText(key: string, indent: string): string {
  const text = quoteOneLine(key)
  if (key.length <= LONGEST_SIMPLE_KEY / 3 || utf8Bytes(key).length <= LONGEST_SIMPLE_KEY) return text
  return `? ${text}\n${indent}`
}
