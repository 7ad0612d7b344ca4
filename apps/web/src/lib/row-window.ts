// Which rows of a long list to render if all have one height: found by a division, for any number of rows. (A virtualizer for variable heights keeps
// one record per row and walks all of them whenever rows are added: a second for 100,000.)
import { type RefObject, useCallback, useLayoutEffect, useState } from 'react'
import { flushSync } from 'react-dom'

export interface RowWindow {
  /** The first row to render, and the one after the last. */
  first: number
  end: number
  /** Scrolls as little as needed to show a row. */
  show: (index: number) => void
  /** Number of rows that fit, at least one. */
  fitting: number
}

/** Extra rows rendered above and below, so that a short scroll shows no gap. */
const OVERSCAN = 12
/** While whole screens scroll by, extra rows are never seen. */
const FLING_OVERSCAN = 1
/** Scrolling has ended after this many ms without a scroll event. */
const REST_MS = 120

/** `head` is the height of the sticky header in the scroller. */
export function useRowWindow(
  scroller: RefObject<HTMLElement | null>,
  { count, height, head }: { count: number; height: number; head: number },
): RowWindow {
  // In rows: if row heights change, the same position is another number of pixels.
  const [seen, setSeen] = useState({ from: 0, rows: 40, beside: OVERSCAN })
  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return
    const look = (scrolled = false) => {
      const from = Math.floor(element.scrollTop / height)
      const rows = Math.ceil((element.clientHeight - head) / height) + 1
      setSeen((before) => {
        const beside = scrolled && (Math.abs(from - before.from) > rows / 2 || before.beside < OVERSCAN) ? FLING_OVERSCAN : OVERSCAN
        return before.from === from && before.rows === rows && before.beside === beside ? before : { from, rows, beside }
      })
    }
    let rest: ReturnType<typeof setTimeout> | undefined
    // In the same frame as the scroll: one frame later there would be a gap.
    const onScroll = () => {
      flushSync(() => look(true))
      clearTimeout(rest)
      rest = setTimeout(look, REST_MS)
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    const sizes = new ResizeObserver(() => look())
    sizes.observe(element)
    look()
    return () => {
      element.removeEventListener('scroll', onScroll)
      clearTimeout(rest)
      sizes.disconnect()
    }
  }, [scroller, height, head])
  const show = useCallback(
    (index: number) => {
      const element = scroller.current
      if (element === null) return
      const top = index * height
      const bottom = top + height + head
      if (top < element.scrollTop) element.scrollTop = top
      else if (bottom > element.scrollTop + element.clientHeight) element.scrollTop = bottom - element.clientHeight
    },
    [scroller, height, head],
  )
  const from = Math.min(seen.from, Math.max(0, count - seen.rows))
  return {
    first: Math.max(0, from - seen.beside),
    end: Math.min(count, from + seen.rows + seen.beside),
    fitting: Math.max(1, seen.rows - 2),
    show,
  }
}
