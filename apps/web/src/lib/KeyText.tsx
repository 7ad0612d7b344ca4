// The bytes of a key (or a part) as safe text: always left to right, hidden characters as visible escapes.
import { useMemo } from 'react'
import { MonoCut, tailLength } from '../ui/MiddleCut.tsx'
import { displayPieces, type Piece } from './bytes.ts'

export function KeyText({ bytes, className }: { bytes: Uint8Array; className?: string }) {
  const pieces = useMemo(() => displayPieces(bytes), [bytes])
  return (
    <bdi dir="ltr" className={`font-mono ${className ?? ''}`}>
      {pieces.map(drawn)}
    </bdi>
  )
}

/** On one line, cut in the middle if needed: its parent's width must be limited, and the named element needs an `aria-label` (see MiddleCut). */
export function CutKeyText({ bytes, className }: { bytes: Uint8Array; className?: string }) {
  const [head, tail] = useMemo(() => {
    const pieces = displayPieces(bytes)
    const last = pieces.at(-1)
    const length = last === undefined || last.escape ? 0 : Math.min(last.text.length, tailLength(pieces.map(({ text }) => text).join('')))
    if (last === undefined || length === 0) return [pieces, '']
    return [[...pieces.slice(0, -1), { ...last, text: last.text.slice(0, -length) }], last.text.slice(-length)]
  }, [bytes])
  return (
    <MonoCut className={className} tail={tail}>
      {head.map(drawn)}
    </MonoCut>
  )
}

const drawn = (piece: Piece, i: number) =>
  piece.escape ? (
    <span key={i} className="rounded-sm bg-warn-soft px-px text-warn">
      {piece.text}
    </span>
  ) : (
    piece.text
  )
