// Byte sizes: a short form and the exact number.
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** `1.4 MiB`; bytes below 1 KiB are exact. */
export function shortSize(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return unit === 0 ? `${bytes} B` : `${value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`
}

/** `1,464,832 bytes`. */
export const exactSize = (bytes: number): string => `${count(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`

/** A number with thousands separators: `12,345`. */
export const count = (value: number): string => value.toLocaleString('en-US')
