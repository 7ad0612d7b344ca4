// The address arithmetic that a search is given: an address or a network as a range of numbers.
import { lastOf, parseAddress, parseCidr } from '@registree/flannel'
import type { AddressRange } from '@registree/query'

export function parseAddressRange(text: string): AddressRange | null {
  if (text.includes('/')) {
    const cidr = parseCidr(text)
    return cidr === null ? null : { family: cidr.family, first: cidr.base, last: lastOf(cidr) }
  }
  const address = parseAddress(text)
  return address === null ? null : { family: address.family, first: address.value, last: address.value }
}
