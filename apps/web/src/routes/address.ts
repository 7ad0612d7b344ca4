// The address as the browser has it, with nothing decoded: what links of keys are read from.
import { type Place, parsePermalink } from '@registree/contract'
import { useRouterState } from '@tanstack/react-router'
import { useMemo } from 'react'

export interface Address {
  pathname: string
  /** With `?`, or empty. */
  search: string
  /** Without `#`. */
  hash: string
}

export function useAddress(): Address {
  const href = useRouterState({ select: (state) => state.location.publicHref })
  return useMemo(() => {
    const [, pathname = '/', search = '', hash = ''] = /^([^?#]*)(\?[^#]*)?(?:#(.*))?$/s.exec(href) ?? []
    return { pathname, search, hash }
  }, [href])
}

/** Where the address leads, or null where it is not a link of Registree. A change of the hash alone gives the same object. */
export function usePlace(): Place | null {
  const { pathname, search } = useAddress()
  return useMemo(() => parsePermalink({ pathname, search }), [pathname, search])
}
