// Several sentences as one text: what an answer says about one thing.
import { format, formatUnchecked } from './format.ts'
import type { Language } from './languages.ts'
import type { MessageParams, Params } from './params.ts'

/** Sentences by their code. */
type Sentences = Readonly<Record<string, string>>

/** One of the sentences of a catalogue, with what fills it in. */
export type MessageIn<C extends Sentences> = { [Code in keyof C & string]: { code: Code; params: Params<C[Code]> } }[keyof C & string]

/** Sentences in a row, as a language writes them. `,` between what is no sentence. */
export function writeSentences<const C extends Sentences>(
  language: Language,
  catalogue: C,
  messages: readonly MessageIn<C>[],
  between = betweenSentences(language),
): string {
  return messages.map(({ code, params }) => format(language, catalogue[code] as string, params as never)).join(between)
}

/** The same for messages that came over the wire; null where the catalogue lacks one of them, or a parameter does not fit. */
export function writeUnchecked(
  language: Language,
  catalogue: Sentences,
  messages: readonly { code: string; params: MessageParams }[],
  between = betweenSentences(language),
): string | null {
  const texts: string[] = []
  for (const { code, params } of messages) {
    const text = Object.hasOwn(catalogue, code) ? formatUnchecked(language, catalogue[code] as string, params) : null
    if (text === null) return null
    texts.push(text)
  }
  return texts.join(between)
}

/** Chinese sentences follow each other without a blank. */
function betweenSentences(language: Language): string {
  return language.startsWith('zh') ? '' : ' '
}
