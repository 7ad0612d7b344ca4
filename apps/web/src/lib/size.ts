// Byte sizes: a short form to read and the exact number to quote.
import { size } from '@registree/messages/en/page/size'
import { language, pageMessages } from '../i18n/language.ts'

const sizes = pageMessages('size', size)
const numbers = new Intl.NumberFormat(language)
const digits = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** `1.4 MiB`; bytes below 1 KiB are exact. */
export function shortSize(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return unit === 0 ? `${bytes} B` : `${value < 10 ? digits.format(value) : numbers.format(Math.round(value))} ${UNITS[unit]}`
}

/** `1,464,832 bytes`. */
export const exactSize = (bytes: number): string => sizes.bytes({ n: bytes })

/** A number with thousands separators: `12,345`. */
export const count = (value: number | bigint): string => numbers.format(value)
