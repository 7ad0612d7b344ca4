// Which sentences about a value with masked content can be shown: those that tell nothing of the content.
import type { ProblemMessage } from '../value/problem-messages.ts'

/** Their parameters are limits and names of Registree's own. */
const OUR_PARAMETERS: ReadonlySet<string> = new Set<ProblemMessage['code']>([
  'messages-nested',
  'values-nested',
  'elements-left-out',
  'document-not-json',
])

/**
 * The sentences that tell nothing of the content: those without parameters, and a few more. Positions and sizes tell the length of a password, and in
 * misaligned bytes a field number with its wire type is a letter of one.
 */
export function tellingNothing(says: readonly ProblemMessage[]): ProblemMessage[] {
  return says.filter(({ code, params }) => OUR_PARAMETERS.has(code) || Object.keys(params).length === 0)
}
