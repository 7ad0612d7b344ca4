// Numbers with units in a query: sizes in bytes, ages in milliseconds, and Kubernetes' quantities in fields.

const BYTES: Readonly<Record<string, bigint>> = {
  '': 1n,
  b: 1n,
  k: 1000n,
  kb: 1000n,
  m: 1000n ** 2n,
  mb: 1000n ** 2n,
  g: 1000n ** 3n,
  gb: 1000n ** 3n,
  ki: 1024n,
  kib: 1024n,
  mi: 1024n ** 2n,
  mib: 1024n ** 2n,
  gi: 1024n ** 3n,
  gib: 1024n ** 3n,
}

/** Bytes of `100KiB`, `1.5MB` or `4096`; null for other text. */
export function parseSize(text: string): bigint | null {
  const [, whole = '', fraction = '', unit = ''] = /^(\d{1,15})(?:\.(\d{1,6}))?\s*([a-z]*)$/i.exec(text) ?? []
  const factor = Object.hasOwn(BYTES, unit.toLowerCase()) ? BYTES[unit.toLowerCase()] : undefined
  if (whole === '' || factor === undefined) return null
  return (BigInt(whole + fraction) * factor) / 10n ** BigInt(fraction.length)
}

const MILLISECONDS: Readonly<Record<string, bigint>> = {
  ms: 1n,
  s: 1000n,
  m: 60_000n,
  h: 3_600_000n,
  d: 86_400_000n,
  w: 604_800_000n,
  y: 31_536_000_000n,
}

/** Milliseconds of `10m`, `1h30m` or `7d`; null for other text. */
export function parseAge(text: string): bigint | null {
  if (!/^(?:\d{1,9}(?:ms|[smhdwy]))+$/i.test(text)) return null
  let sum = 0n
  for (const [, number = '', unit = ''] of text.matchAll(/(\d+)(ms|[smhdwy])/gi))
    sum += BigInt(number) * (MILLISECONDS[unit.toLowerCase()] ?? 0n)
  return sum
}

const POWERS: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }

/** A field's number for comparison, also with the suffix of a quantity (`100m`, `1Gi`); null for other text. */
export function parseQuantity(text: string): number | null {
  const [, number, unit = ''] = /^([+-]?\d+(?:\.\d+)?(?:e[+-]?\d{1,3})?)([numkMGTPE]|[KMGTPE]i)?$/.exec(text) ?? []
  if (number === undefined) return null
  if (unit.endsWith('i')) return Number(number) * 1024 ** ('KMGTPE'.indexOf(unit[0] as string) + 1)
  return Number(number) * 10 ** (POWERS[unit] ?? 0)
}
