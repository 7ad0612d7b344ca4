// The search part of a URL as plain text: values are not quoted or converted to numbers.
import { searchParameters } from '@registree/contract'

export type PlainSearch = Record<string, string>

/** The first of each name counts; text that is not percent-encoded UTF-8 is dropped, as it would become other text. */
export function parsePlainSearch(search: string): PlainSearch {
  return Object.fromEntries(searchParameters(search).parameters.reverse())
}

/** The inverse; only necessary characters are escaped. */
export function stringifyPlainSearch(search: Record<string, unknown>): string {
  const parts = Object.entries(search)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(
      ([name, value]) =>
        `${encodeURIComponent(name)}=${encodeURIComponent(String(value)).replaceAll('%3A', ':').replaceAll('%2F', '/').replaceAll('%2C', ',')}`,
    )
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}
