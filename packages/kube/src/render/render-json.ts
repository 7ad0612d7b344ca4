// Formats values as JSON: compact, or like `kubectl get -o json`; never rounds a number.
import { ExactNumber, type KubeValue } from '../value/value.ts'
import { isBytewiseSame, sortedKeys } from './sorted-keys.ts'

export interface JsonRenderOptions {
  /** Spaces per level; kubectl's 4 by default. 0 prints on one line. */
  indent?: number
  /** Sort keys bytewise, as kubectl does. Default true. */
  sortKeys?: boolean
  /** Print `<`, `>` and `&` as \u003c, \u003e and \u0026, as Go (and so kubectl) does. Default false: easier to read, equal as JSON. */
  escapeHtml?: boolean
  /** Stop soon after this many characters: nesting turns few bytes into many blanks. */
  most?: number
}

/** JSON text as `kubectl get -o json` prints an object: sorted keys, 4 spaces, no newline at the end. */
export function renderJson(value: KubeValue, options: JsonRenderOptions = {}): string {
  const { indent = 4, sortKeys = true, escapeHtml = false, most = Number.POSITIVE_INFINITY } = options
  const printer = new JsonPrinter(indent, sortKeys, escapeHtml, most)
  printer.print(value, indent === 0 ? '' : '\n')
  return printer.out
}

/** Compact JSON text in the value's own key order, every number exact. */
export function toJsonText(value: KubeValue): string {
  return renderJson(value, { indent: 0, sortKeys: false })
}

class JsonPrinter {
  out = ''
  private readonly step: string
  private readonly sortKeys: boolean
  private readonly escapeHtml: boolean
  private readonly most: number

  constructor(indent: number, sortKeys: boolean, escapeHtml: boolean, most: number) {
    this.step = ' '.repeat(indent)
    this.sortKeys = sortKeys
    this.escapeHtml = escapeHtml
    this.most = most
  }

  print(value: KubeValue, line: string): void {
    if (typeof value === 'string') this.out += this.string(value)
    else if (value === null || typeof value !== 'object') this.out += scalarJson(value)
    else if (value instanceof ExactNumber) this.out += value.text
    else if (Array.isArray(value)) {
      if (value.length === 0) {
        this.out += '[]'
        return
      }
      const inner = line === '' ? '' : line + this.step
      let separator = '['
      for (const item of value) {
        if (this.out.length > this.most) return
        this.out += separator + inner
        this.print(item, inner)
        separator = ','
      }
      this.out += `${line}]`
    } else {
      const keys = this.sortKeys ? sortedKeys(value, isBytewiseSame) : Object.keys(value)
      if (keys.length === 0) {
        this.out += '{}'
        return
      }
      const inner = line === '' ? '' : line + this.step
      const colon = line === '' ? ':' : ': '
      let separator = '{'
      for (const key of keys) {
        if (this.out.length > this.most) return
        this.out += separator + inner + this.string(key) + colon
        this.print(value[key] as KubeValue, inner)
        separator = ','
      }
      this.out += `${line}}`
    }
  }

  private string(text: string): string {
    const quoted = JSON.stringify(text)
    if (!this.escapeHtml) return quoted
    return quoted.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  }
}

/** A number, bigint, boolean or null as JSON; Go keeps the sign of −0, which String() loses. */
export function scalarJson(value: null | boolean | number | bigint): string {
  if (typeof value === 'number' && Object.is(value, -0)) return '-0'
  return String(value)
}
