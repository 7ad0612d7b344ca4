// The bytes of a key (or part of one) as text that can do no harm: left to right whatever it holds, hidden characters as visible escapes.
import { useMemo } from 'react'
import { displayPieces } from './bytes.ts'

export function KeyText({ bytes, className }: { bytes: Uint8Array; className?: string }) {
  const pieces = useMemo(() => displayPieces(bytes), [bytes])
  return (
    <bdi dir="ltr" className={`font-mono ${className ?? ''}`}>
      {pieces.map((piece, i) =>
        piece.escape ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place
          <span key={i} className="rounded-sm bg-warn-soft px-px text-warn">
            {piece.text}
          </span>
        ) : (
          piece.text
        ),
      )}
    </bdi>
  )
}
