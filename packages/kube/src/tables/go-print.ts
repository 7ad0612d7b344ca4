// Formats values as Go does where kubectl and the API server evaluate JSONPath: client-go's JSONPath.PrintResults.
import { isObject } from '../value/fields.ts'
import { ExactNumber, type KubeValue } from '../value/value.ts'
import { byBytes } from './selectors.ts'

/** Text unchanged, numbers in Go's shortest form, lists and objects as compact JSON; null is `null`. */
export function goPrint(value: KubeValue): string {
  if (typeof value === 'number') return goNumber(value)
  return typeof value === 'object' && value !== null && !(value instanceof ExactNumber) ? goJson(value) : String(value)
}

/** Go uses exponents below 1e-4, with two digits; JavaScript below 1e-6. */
function goNumber(value: number): string {
  const size = Math.abs(value)
  const exponential = size !== 0 && (size < 1e-4 || size >= 1e21)
  return exponential ? value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2') : String(value)
}

const HTML_ESCAPES = /[<>&\u2028\u2029]/g

/** encoding/json: keys sorted, no spaces, `<`, `>` and `&` escaped. */
function goJson(value: KubeValue): string {
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`
  if (isObject(value)) {
    const members = Object.keys(value).sort(byBytes)
    return `{${members.map((key) => `${goJson(key)}:${goJson(value[key] as KubeValue)}`).join(',')}}`
  }
  if (typeof value === 'string')
    return JSON.stringify(value).replace(HTML_ESCAPES, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return typeof value === 'number' ? goNumber(value) : String(value)
}
