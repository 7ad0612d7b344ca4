// Compares numbers and Kubernetes quantities by their amounts: `500m` is the same as `0.5`.
import { ExactNumber, type KubeValue } from '../value/value.ts'

/** `digits · 10^ten · 2^two`. */
interface Amount {
  digits: bigint
  ten: number
  two: number
}

const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(?:(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE])|[eE]([+-]?\d{1,18}))?$/
const TENS: Record<string, number> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const TWOS: Record<string, number> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }
/** Numbers with more digits or larger exponents are not computed: they could take any amount of memory. */
const MOST_DIGITS = 200

/** Whether two quantities (`500m` and `0.5`, `1Gi` and `1024Mi`, `2` as a number) are the same amount; false if one is not a quantity. */
export function isSameQuantity(left: KubeValue, right: KubeValue): boolean {
  const [a, b] = [quantityOf(left), quantityOf(right)]
  return a !== undefined && b !== undefined && isSameAmount(a, b)
}

/** Whether two numbers are the same, whatever their types; false if one is not a number. */
export function isSameNumber(left: KubeValue, right: KubeValue): boolean {
  if (!isNumber(left) || !isNumber(right)) return false
  const [a, b] = [read(String(left)), read(String(right))]
  return a !== undefined && b !== undefined && isSameAmount(a, b)
}

function isNumber(value: KubeValue): value is number | bigint | ExactNumber {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof ExactNumber
}

function quantityOf(value: KubeValue): Amount | undefined {
  if (typeof value !== 'string') return isNumber(value) ? read(String(value)) : undefined
  return read(value)
}

function read(text: string): Amount | undefined {
  if (text.length > MOST_DIGITS) return undefined
  const match = QUANTITY.exec(text)
  if (match === null) return undefined
  const [, sign, whole = '', fraction = '', suffix = '', exponent = '0'] = match
  if (whole === '' && fraction === '') return undefined
  const ten = (TENS[suffix] ?? 0) + Number(exponent) - fraction.length
  if (Math.abs(ten) > MOST_DIGITS) return undefined
  return { digits: BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n), ten, two: TWOS[suffix] ?? 0 }
}

function isSameAmount(a: Amount, b: Amount): boolean {
  const ten = Math.min(a.ten, b.ten)
  const scaled = ({ digits, ten: own, two }: Amount) => (digits * 10n ** BigInt(own - ten)) << BigInt(two)
  return scaled(a) === scaled(b)
}
