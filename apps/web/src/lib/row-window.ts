// Which rows of a long list are to be drawn, where all rows have one height: found by a division, however many there are. (A virtualizer that
// takes rows of any height keeps one record a row, and goes through all of them whenever there are more: a second for 100,000.)
import { type RefObject, useLayoutEffect, useState } from 'react'
import { flushSync } from 'react-dom'

export interface RowWindow {
  /** The first row to draw, and the one behind the last. */
  first: number
  end: number
  /** Scrolls as little as it takes to have the row in sight. */
  show: (index: number) => void
  /** Rows that fit, at least one. */
  fitting: number
}

/** Drawn above and below what is in sight, so that a scroll of a few rows shows no gap. */
const OVERSCAN = 12

/** `head` is the height of what sticks to the top of the scroller, in front of the rows. */
export function useRowWindow(
  scroller: RefObject<HTMLElement | null>,
  { count, height, head }: { count: number; height: number; head: number },
): RowWindow {
  // In rows: the same place after the rows have become higher is another number of pixels.
  const [seen, setSeen] = useState({ from: 0, rows: 40 })
  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return
    const look = () => {
      const next = { from: Math.floor(element.scrollTop / height), rows: Math.ceil((element.clientHeight - head) / height) + 1 }
      setSeen((before) => (before.from === next.from && before.rows === next.rows ? before : next))
    }
    // In the frame of the scroll itself: a frame later there would be a gap.
    const onScroll = () => flushSync(look)
    element.addEventListener('scroll', onScroll, { passive: true })
    const sizes = new ResizeObserver(look)
    sizes.observe(element)
    look()
    return () => {
      element.removeEventListener('scroll', onScroll)
      sizes.disconnect()
    }
  }, [scroller, height, head])
  const from = Math.min(seen.from, Math.max(0, count - seen.rows))
  return {
    first: Math.max(0, from - OVERSCAN),
    end: Math.min(count, from + seen.rows + OVERSCAN),
    fitting: Math.max(1, seen.rows - 2),
    show: (index) => {
      const element = scroller.current
      if (element === null) return
      const top = index * height
      const bottom = top + height + head
      if (top < element.scrollTop) element.scrollTop = top
      else if (bottom > element.scrollTop + element.clientHeight) element.scrollTop = bottom - element.clientHeight
    },
  }
}
