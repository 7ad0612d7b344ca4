// The URL as the browser has it, undecoded: the source of key links.
import { type Place, parsePermalink } from '@registree/contract'
import { useMemo } from 'react'
import { useHref } from '../lib/navigation.ts'

export interface Address {
  pathname: string
  /** With `?`, or empty. */
  search: string
  /** Without `#`. */
  hash: string
}

export function useAddress(): Address {
  const href = useHref()
  return useMemo(() => {
    const [, pathname = '/', search = '', hash = ''] = /^([^?#]*)(\?[^#]*)?(?:#(.*))?$/s.exec(href) ?? []
    return { pathname, search, hash }
  }, [href])
}

/** The place in the URL, or null if it is not a link of Registree. A change of only the hash returns the same object. */
export function usePlace(): Place | null {
  const { pathname, search } = useAddress()
  return useMemo(() => parsePermalink({ pathname, search }), [pathname, search])
}
