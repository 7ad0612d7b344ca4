// A real link (middle click, Ctrl-click and "copy link" work); a plain click follows it without reloading.
import type { AnchorHTMLAttributes, MouseEvent, Ref } from 'react'
import { useGo } from './navigation.ts'

export const isPlainClick = (event: MouseEvent): boolean =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey && !event.defaultPrevented

export function LinkTo({
  href,
  onClick,
  ...rest
}: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string; ref?: Ref<HTMLAnchorElement> }) {
  const go = useGo()
  return (
    <a
      href={href}
      onClick={(event) => {
        onClick?.(event)
        if (!isPlainClick(event)) return
        event.preventDefault()
        go(href)
      }}
      {...rest}
    />
  )
}
