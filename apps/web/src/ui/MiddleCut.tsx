// A one-line name cut in the middle if needed, because related names differ at their end. The full text can be copied and is read out.
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

/** Shorter names are cut at their end, if at all. */
const SHORT = 12
const TAIL = 6
const LONGEST_TAIL = 12

/** Number of characters kept at a name's end: from its last separator on, if that is near. */
export function tailLength(text: string): number {
  if (text.length <= SHORT) return 0
  const last = /[-./:_@][^-./:_@]+\/?$/.exec(text)?.[0] ?? ''
  return last.length > 2 && last.length <= LONGEST_TAIL ? last.length : TAIL
}

/** A few letters are wider than a digit, the unit `ch`. */
const WIDE = /[mwMW@%]/

/** Space for a tail in a proportional font, in CSS: rather too much than too little. */
function roomFor(tail: string): string {
  let digits = 0
  for (const sign of tail) digits += WIDE.test(sign) ? 1.5 : cells(sign)
  return `${digits}ch`
}

/** The width of a character in a monospace font: one cell, or two for East Asian scripts. */
const cells = (sign: string): number => ((sign.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1)

/**
 * As wide as its parent, whose width must be limited. The link or row that it names needs an `aria-label`: browsers read a space between two boxes of
 * text.
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

/** In a monospace font, no wider than its text: `children` may be cut, `tail` may not. */
export function MonoCut({ children, tail, className }: { children: ReactNode; tail: string; className?: string | undefined }) {
  let width = 0
  for (const sign of tail) width += cells(sign)
  return (
    // A spare pixel for rounding: a name that fits must not be cut.
    <Cut className={classNames('font-mono', className)} tail={tail} room={`${width}ch - 1px`}>
      {children}
    </Cut>
  )
}

function Cut({ children, tail, room, className }: { children: ReactNode; tail: string; room: string; className: string }) {
  return (
    <bdi dir="ltr" data-whole className={classNames('block max-w-full min-w-0 overflow-hidden whitespace-nowrap', className)}>
      {/* Inline blocks instead of flex: between flex items a browser copies a line break. */}
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
