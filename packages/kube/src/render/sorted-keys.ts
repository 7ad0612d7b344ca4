// kubectl's key orders: bytewise in JSON, "natural" in YAML.
import type { KubeObject } from '../value/value.ts'

interface Order {
  /** Keys for which the order equals JavaScript's own, so that the fast sort can be used. */
  plain: RegExp
  compare: (a: string, b: string) => number
}

/** The sorted keys of an object. Most objects have few keys, all plain. */
export function sortedKeys(object: KubeObject, order: Order): string[] {
  const keys = Object.keys(object)
  if (keys.length < 2) return keys
  let plain = true
  for (const key of keys) {
    if (!order.plain.test(key)) {
      plain = false
      break
    }
  }
  return plain ? keys.sort() : keys.sort(order.compare)
}

/** Bytewise order of the keys' UTF-8, as in encoding/json; equal to code point order. */
export const isBytewiseSame: Order = {
  plain: /^[^\ud800-\uffff]*$/,
  compare: (a, b) => {
    let i = 0
    let j = 0
    while (i < a.length && j < b.length) {
      const x = a.codePointAt(i) as number
      const y = b.codePointAt(j) as number
      if (x !== y) return x - y
      i += x > 0xffff ? 2 : 1
      j += y > 0xffff ? 2 : 1
    }
    return a.length - i - (b.length - j)
  },
}

const LETTER = /^\p{L}$/u
const DIGIT = /^\p{Nd}$/u

/** go-yaml's order (sorter.go, keyList.Less): letters after other characters, digit runs by value. */
export const naturalOrder: Order = {
  plain: /^[A-Za-z./: -]*$/,
  compare: (a, b) => {
    const ar = Array.from(a)
    const br = Array.from(b)
    let digits = false
    const shorter = Math.min(ar.length, br.length)
    for (let i = 0; i < shorter; i++) {
      const x = ar[i] as string
      const y = br[i] as string
      if (x === y) {
        digits = DIGIT.test(x)
        continue
      }
      const xLetter = LETTER.test(x)
      const yLetter = LETTER.test(y)
      const byPoint = (x.codePointAt(0) as number) - (y.codePointAt(0) as number)
      if (xLetter && yLetter) return byPoint
      if (xLetter || yLetter) return (digits ? xLetter : yLetter) ? -1 : 1
      const [xn, xEnd] = digitRun(ar, br, i, i)
      const [yn, yEnd] = digitRun(br, ar, i, i)
      if (xn !== yn) return xn < yn ? -1 : 1
      if (xEnd !== yEnd) return xEnd - yEnd
      return byPoint
    }
    return ar.length - br.length
  },
}

// The value of the digits from `i` on. With a zero on either side and a non-zero digit before, both runs continue one number: a 1 before them keeps
// "10" after "1".
function digitRun(own: string[], other: string[], i: number, from: number): [bigint, number] {
  let value = 0n
  if (own[i] === '0' || other[i] === '0') {
    for (let j = i - 1; j >= 0 && DIGIT.test(own[j] as string); j--) {
      if (own[j] !== '0') {
        value = 1n
        break
      }
    }
  }
  let end = from
  while (end < own.length && DIGIT.test(own[end] as string)) {
    // Beyond 30 digits Go's int64 has overflowed anyway; the length decides.
    if (end - from < 30) value = value * 10n + BigInt(/^\d$/.test(own[end] as string) ? (own[end] as string) : 0)
    end += 1
  }
  return [value, end]
}
