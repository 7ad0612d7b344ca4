// A list in a space of fixed height: as many entries as fit completely, and one line for the rest, so that nothing below moves.
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react'

/**
 * Fills its parent, which sets the height.
 * @param whole draw every entry, at any height
 * @param rest the line in place of hidden entries; with 0 it is below a complete list
 */
export function FittingList({
  label,
  entries,
  whole,
  rest,
}: {
  label: string
  entries: readonly { id: string; content: ReactNode }[]
  whole: boolean
  rest: (hidden: number) => ReactNode
}) {
  const box = useRef<HTMLDivElement>(null)
  const [fit, setFit] = useState(entries.length)
  useLayoutEffect(() => {
    const place = box.current
    if (place === null) return
    const measure = () => {
      const all = [...(place.firstElementChild?.children ?? [])] as HTMLElement[]
      const items = all.slice(0, entries.length)
      const last = all[entries.length]
      // Measured with everything drawn, and restored before painting.
      for (const item of items) item.hidden = false
      if (last !== undefined) last.hidden = false
      const top = place.getBoundingClientRect().top
      const bottoms = items.map((item) => item.getBoundingClientRect().bottom - top)
      const height = place.clientHeight
      const fits = whole || (bottoms.at(-1) ?? 0) <= height
      const room = height - (last?.getBoundingClientRect().height ?? 0)
      const found = fits ? items.length : Math.max(1, bottoms.filter((bottom) => bottom <= room).length)
      items.forEach((item, i) => {
        item.hidden = i >= found
      })
      if (last !== undefined) last.hidden = found >= items.length && !whole
      setFit(found)
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(place)
    return () => observer.disconnect()
  }, [entries, whole])
  const hidden = Math.max(0, entries.length - fit)
  return (
    <div ref={box} className={whole ? '' : 'min-h-0 flex-1 overflow-hidden'}>
      <ul aria-label={label}>
        {entries.map(({ id, content }) => (
          <li key={id}>{content}</li>
        ))}
        <li key="rest">{rest(hidden)}</li>
      </ul>
    </div>
  )
}
