// Messages as the English catalogue says them: tests compare whole sentences.
import { type MessageParams, writeUnchecked } from '@registree/messages'
import { findings } from '@registree/messages/en/findings'
import { notes } from '@registree/messages/en/notes'
import { problems } from '@registree/messages/en/problems'
import { related, relations } from '@registree/messages/en/related'
import { states } from '@registree/messages/en/states'

type Says = readonly { code: string; params: MessageParams }[]

const write = (patterns: Record<string, string>, says: Says, between?: string): string => {
  const text = writeUnchecked('en', patterns, says, { between })
  if (text === null)
    throw new Error(`packages/messages/src/en lacks one of these codes, or takes other parameters: ${JSON.stringify(says)}`)
  return text
}

// Made once: for each sentence it would take milliseconds.
const everything = { ...problems, ...findings, ...related, ...states, ...notes }

export const inEnglish = (says: Says): string => write(everything, says)
export const relationInEnglish = (says: Says): string => write(relations, says, ', ')
