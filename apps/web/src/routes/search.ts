// The search part of an address, plain: every value is text, and nothing is quoted or turned into numbers on the way.
import { searchParameters } from '@registree/contract'

export type PlainSearch = Record<string, string>

/** The first of each name counts; what is not percent-encoded UTF-8 is left out, for it would become other text. */
export function parsePlainSearch(search: string): PlainSearch {
  return Object.fromEntries(searchParameters(search).parameters.reverse())
}

/** The inverse, with only those characters escaped that must be. */
export function stringifyPlainSearch(search: Record<string, unknown>): string {
  const parts = Object.entries(search)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(
      ([name, value]) =>
        `${encodeURIComponent(name)}=${encodeURIComponent(String(value)).replaceAll('%3A', ':').replaceAll('%2F', '/').replaceAll('%2C', ',')}`,
    )
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}
