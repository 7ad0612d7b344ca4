// Exact equality of values, and texts that are equal if the values are. Neither recurses, so values may be nested to any depth.
import { isObject } from '../value/fields.ts'
import { ExactNumber, type KubeValue } from '../value/value.ts'

/** Whether two values are exactly the same; only the order of members may differ. Linear in their size. */
export function isSame(left: KubeValue, right: KubeValue): boolean {
  const open: [KubeValue, KubeValue][] = [[left, right]]
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const [a, b] = pair
    if (Object.is(a, b)) continue
    if (Array.isArray(a)) {
      if (!Array.isArray(b) || a.length !== b.length) return false
      for (let i = 0; i < a.length; i++) open.push([a[i] as KubeValue, b[i] as KubeValue])
    } else if (isObject(a)) {
      if (!isObject(b)) return false
      const names = Object.keys(a)
      if (names.length !== Object.keys(b).length) return false
      for (const name of names) {
        if (!Object.hasOwn(b, name)) return false
        open.push([a[name] as KubeValue, b[name] as KubeValue])
      }
    } else if (!(a instanceof ExactNumber && b instanceof ExactNumber && a.text === b.text)) return false
  }
  return true
}

/** A text for a value. Two values have the same text if and only if {@link isSame} holds for them. `spend` is called with the work done. */
export function contentText(value: KubeValue, spend: (work: number) => void): string {
  const parts: string[] = []
  const open: (string | { value: KubeValue })[] = [{ value }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string') {
      parts.push(next)
      continue
    }
    const one = next.value
    if (Array.isArray(one)) {
      parts.push('[')
      open.push(']')
      for (let i = one.length - 1; i >= 0; i--) open.push(',', { value: one[i] as KubeValue })
    } else if (isObject(one)) {
      parts.push('{')
      open.push('}')
      for (const name of Object.keys(one).sort().reverse()) open.push(',', { value: one[name] as KubeValue }, `${JSON.stringify(name)}:`)
    } else parts.push(scalarText(one))
    spend(1)
  }
  const text = parts.join('')
  spend(text.length >>> 8)
  return text
}

function scalarText(value: KubeValue): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof ExactNumber) return `#${value.text}`
  return Object.is(value, -0) ? '-0' : String(value)
}
