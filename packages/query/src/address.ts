// Addresses in a query and in texts: a word that is an address finds what equals, contains or covers it.

/** A range of addresses of one family; one address has equal ends. */
export interface AddressRange {
  family: 4 | 6
  first: bigint
  last: bigint
}

/** Address arithmetic comes from outside: packages do not depend on each other. Null for text that is neither an address nor a network. */
export type ParseAddressRange = (text: string) => AddressRange | null

/** Whether one is inside the other. */
export function meets(a: AddressRange, b: AddressRange): boolean {
  if (a.family !== b.family) return false
  return (a.first >= b.first && a.last <= b.last) || (b.first >= a.first && b.last <= a.last)
}

/** Text that could be an address or a network; flannel writes `172.30.77.0-24` in keys. */
const IN_TEXT =
  /(?<![0-9A-Za-z.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\d{1,3}(?:\.\d{1,3}){3})?)(?:[/-]\d{1,3})?(?![0-9A-Za-z])/g
/** More are not read in one line. */
const MOST_IN_LINE = 1_000

/** Where the line names an address that meets the wanted one. */
export function addressesIn(
  text: string,
  wanted: AddressRange,
  parse: ParseAddressRange,
  most = MOST_IN_LINE,
): [from: number, to: number][] {
  const ranges: [number, number][] = []
  for (const { 0: found, index } of text.matchAll(IN_TEXT)) {
    const range = parse(found.replace('-', '/')) ?? parse(found.replace(/[/-]\d+$/, ''))
    if (range !== null && meets(range, wanted)) ranges.push([index, index + found.length])
    if (ranges.length >= most) break
  }
  return ranges
}

/** The same in bytes of any encoding, where digits of neighbouring fields may touch an IPv4 address: never misses one that {@link addressesIn} finds. */
const IN_BYTES = /(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:([/-])(\d{1,3}))?/g

/**
 * Whether Latin-1 text made of raw bytes may name an IPv4 address that meets the wanted one. A byte that gives a string's length, or the tag of the
 * next field, can look like a digit: so each number at an end is also read without some of its outer digits.
 */
export function mayHoldIPv4(latin1: string, wanted: AddressRange, parse: ParseAddressRange): boolean {
  IN_BYTES.lastIndex = 0
  for (let found = IN_BYTES.exec(latin1); found !== null; found = IN_BYTES.exec(latin1)) {
    const [whole, a = '', b, c, d = '', separator, length = ''] = found
    for (let from = 0; from < a.length; from++) {
      const head = `${a.slice(from)}.${b}.${c}.`
      for (let to = 1; to <= d.length; to++) if (reads(`${head}${d.slice(0, to)}`, wanted, parse)) return true
      if (separator === undefined) continue
      for (let to = 1; to <= length.length; to++) if (reads(`${head}${d}/${length.slice(0, to)}`, wanted, parse)) return true
    }
    // Digits behind this one may begin the next: `1.2.3.4.5.6.7.8`.
    IN_BYTES.lastIndex = found.index + Math.max(1, whole.indexOf('.'))
  }
  return false
}

function reads(text: string, wanted: AddressRange, parse: ParseAddressRange): boolean {
  const range = parse(text)
  return range !== null && meets(range, wanted)
}

/** `*.example.com` for `www.example.com`: what an Ingress or a certificate may have instead. Undefined for anything but such a name. */
export function wildcardOf(text: string): string | undefined {
  if (text.length > 253 || !/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?){2,}$/i.test(text)) return undefined
  if (/^[\d.]+$/.test(text)) return undefined
  return `*${text.slice(text.indexOf('.'))}`
}
