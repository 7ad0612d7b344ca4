// The turn of a reading that reads two clusters.
import { linesInTurn, type TurnRequest } from './in-turn.ts'

/** A turn in each cluster. Always in the same order: two comparisons that each hold what the other waits for would never end. */
export function linesInBothTurns<Line>(left: TurnRequest, right: TurnRequest, lines: AsyncGenerator<Line, void>) {
  if (left.cluster.opened === right.cluster.opened) return linesInTurn(left, lines)
  const [outer, inner] = left.cluster.configured < right.cluster.configured ? [left, right] : [right, left]
  return linesInTurn(outer, linesInTurn(inner, lines))
}
