// Where the browser is, and how to get elsewhere without loading the page again. URLs are kept exactly as they are spelled: they contain keys.
import { createBrowserHistory, type RouterHistory } from '@tanstack/history'
import { useCallback, useSyncExternalStore } from 'react'
import { drawing } from './drawing.ts'

let made: RouterHistory | null = null

export function navigation(): RouterHistory {
  made ??= createBrowserHistory()
  return made
}

/** The position in the browser's history, from the first page of this document. */
export const historyIndex = (): number => navigation().location.state.__TSR_index

const subscribe = (listener: () => void) => navigation().subscribe(listener)

/** Path, search and hash, undecoded. */
export const useHref = (): string =>
  useSyncExternalStore(
    subscribe,
    () => navigation().location.href,
    () => drawing().href,
  )

/** Protocol, host and port. */
export const origin = (): string => globalThis.location?.origin ?? drawing().origin

/** The first part of the path: the cluster's name. */
export const useClusterName = (): string => /^\/([^/?#]*)/.exec(useHref())?.[1] ?? ''

/** Navigates to a URL of this app exactly as spelled. */
export function useGo(): (href: string, options?: { replace?: boolean }) => void {
  return useCallback((href, options) => (options?.replace ? navigation().replace(href) : navigation().push(href)), [])
}
