// A name on one line that is cut in its middle where it does not fit: names of one owner differ at their end. All of its text is there, to be copied and read out.
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

/** Shorter names are cut at their end, if at all. */
const SHORT = 12
const TAIL = 6
const LONGEST_TAIL = 12

/** How many characters at the end of a name stay in sight: from its last separator on, where that is near. */
export function tailLength(text: string): number {
  if (text.length <= SHORT) return 0
  const last = /[-./:_@][^-./:_@]+\/?$/.exec(text)?.[0] ?? ''
  return last.length > 2 && last.length <= LONGEST_TAIL ? last.length : TAIL
}

/** A few letters are wider than the digit that is the unit `ch`. */
const WIDE = /[mwMW@%]/

/** Room for a tail in a font of letters of different widths, as CSS: rather a little too much. */
function roomFor(tail: string): string {
  let digits = 0
  for (const sign of tail) digits += WIDE.test(sign) ? 1.5 : cells(sign)
  return `${digits}ch`
}

/** The width of a sign where all have one: one cell or, from the scripts of East Asia on, two. */
const cells = (sign: string): number => ((sign.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1)

/**
 * It is as wide as its parent, whose width must be limited. The link or row that it names has to say its name by `aria-label`: where a text is
 * in two boxes, browsers read a space between them.
 */
export function MiddleCut({ text, className }: { text: string; className?: string | undefined }) {
  const length = tailLength(text)
  const tail = text.slice(text.length - length)
  return (
    <Cut className={classNames('w-full', className)} tail={tail} room={roomFor(tail)}>
      {text.slice(0, text.length - length)}
    </Cut>
  )
}

/** In a font of one width, and no wider than its text: `children` may be cut, `tail` may not. */
export function MonoCut({ children, tail, className }: { children: ReactNode; tail: string; className?: string | undefined }) {
  let width = 0
  for (const sign of tail) width += cells(sign)
  return (
    // A pixel of its end for what rounding takes: a name that fits must not be cut.
    <Cut className={classNames('font-mono', className)} tail={tail} room={`${width}ch - 1px`}>
      {children}
    </Cut>
  )
}

function Cut({ children, tail, room, className }: { children: ReactNode; tail: string; room: string; className: string }) {
  return (
    <bdi dir="ltr" data-whole className={classNames('block max-w-full min-w-0 overflow-hidden whitespace-nowrap', className)}>
      {/* Inline blocks and no flex: between those a browser copies a line break. */}
      <span
        className="inline-block max-w-full overflow-hidden text-ellipsis align-bottom"
        style={tail === '' ? undefined : { maxWidth: `calc(100% - (${room}))` }}
      >
        {children}
      </span>
      {tail !== '' && <span className="align-bottom">{tail}</span>}
    </bdi>
  )
}
