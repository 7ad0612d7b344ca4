// Times as Go writes them in JSON (RFC 3339 with up to nine digits), exact to the nanosecond as a bigint since 1970.

const SHAPE = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/

/** Nanoseconds since 1970, or null if the text is not such a time. */
export function parseGoTime(text: string): bigint | null {
  const parts = SHAPE.exec(text)
  if (!parts) return null
  const seconds = Date.parse(`${text.slice(0, 19)}Z`)
  if (Number.isNaN(seconds)) return null
  const zone = parts[8] as string
  const offset = zone === 'Z' ? 0 : (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)))
  return BigInt(seconds - offset * 60_000) * 1_000_000n + BigInt((parts[7] ?? '').padEnd(9, '0'))
}

/** RFC 3339 in UTC as in etcd's answers: no trailing zeros, no fraction if it is zero. Times outside the years 1…9999 are clamped. */
export function formatGoTime(nanoseconds: bigint): string {
  const bounded = nanoseconds < EARLIEST ? EARLIEST : nanoseconds > LATEST ? LATEST : nanoseconds
  const fraction = ((bounded % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n
  const whole = new Date(Number((bounded - fraction) / 1_000_000n)).toISOString().slice(0, 19)
  const digits = fraction.toString().padStart(9, '0').replace(/0+$/, '')
  return digits ? `${whole}.${digits}Z` : `${whole}Z`
}

const EARLIEST = -62_135_596_800n * 1_000_000_000n
const LATEST = 253_402_300_799n * 1_000_000_000n
