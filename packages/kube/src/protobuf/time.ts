// Go's text for the times and durations in Kubernetes objects, from seconds and nanoseconds.

const pad2: string[] = []
for (let i = 0; i < 100; i++) pad2.push(i < 10 ? `0${i}` : String(i))

let lastDay = Number.NaN
let lastDate = ''

/**
 * RFC 3339 to the second in UTC, as Go's `Format(time.RFC3339)`: `2026-07-14T09:00:00Z`. Takes whole seconds since 1970 (safe integers only); years
 * outside 0…9999 are printed as Go does, with more digits and a minus sign as needed.
 */
export function rfc3339(seconds: number): string {
  return `${civil(seconds)}Z`
}

/** RFC 3339 with six digits, as metav1.MicroTime prints: `2026-07-14T09:00:00.000000Z`. `nanos` is 0…999,999,999 and is truncated, not rounded. */
export function rfc3339Micro(seconds: number, nanos: number): string {
  return `${civil(seconds)}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z`
}

function civil(seconds: number): string {
  const day = Math.floor(seconds / 86400)
  const rest = seconds - day * 86400
  if (day !== lastDay) {
    lastDate = civilDate(day)
    lastDay = day
  }
  const hour = Math.floor(rest / 3600)
  const minute = Math.floor((rest - hour * 3600) / 60)
  return `${lastDate}T${pad2[hour]}:${pad2[minute]}:${pad2[rest % 60]}`
}

// Howard Hinnant's days-to-civil: exact for every day that safe-integer seconds can express.
function civilDate(days: number): string {
  const z = days + 719468
  const era = Math.floor(z / 146097)
  const doe = z - era * 146097
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36524) - Math.floor(doe / 146096)) / 365)
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100))
  const mp = Math.floor((5 * doy + 2) / 153)
  const date = doy - Math.floor((153 * mp + 2) / 5) + 1
  const month = mp < 10 ? mp + 3 : mp - 9
  const year = yoe + era * 400 + (month <= 2 ? 1 : 0)
  const digits = String(Math.abs(year)).padStart(4, '0')
  return `${year < 0 ? '-' : ''}${digits}-${pad2[month]}-${pad2[date]}`
}

/** Go's `time.Duration.String()` of nanoseconds: `1h30m0s`, `1.5s`, `100ms`, `0s`. */
export function goDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s'
  const sign = nanoseconds < 0n ? '-' : ''
  const ns = nanoseconds < 0n ? -nanoseconds : nanoseconds
  if (ns < 1_000n) return `${sign}${ns}ns`
  if (ns < 1_000_000n) return `${sign}${decimal(ns, 3)}µs`
  if (ns < 1_000_000_000n) return `${sign}${decimal(ns, 6)}ms`
  const minutes = ns / 60_000_000_000n
  const seconds = `${decimal(ns % 60_000_000_000n, 9)}s`
  if (minutes === 0n) return sign + seconds
  const hours = minutes / 60n
  return hours === 0n ? `${sign}${minutes}m${seconds}` : `${sign}${hours}h${minutes % 60n}m${seconds}`
}

function decimal(value: bigint, digits: number): string {
  const text = value.toString().padStart(digits + 1, '0')
  const fraction = text.slice(-digits).replace(/0+$/, '')
  return text.slice(0, -digits) + (fraction === '' ? '' : `.${fraction}`)
}
