// Several sentences as one text: what an answer says about one thing.
import { format, formatUnchecked } from './format.ts'
import type { Language } from './languages.ts'
import type { AnyMessage, MessageParams, NestedParams } from './params.ts'

/** Sentences by their code. */
type Sentences = Readonly<Record<string, string>>

/** One of the sentences of a catalogue, with what fills it in. */
export type MessageIn<C extends Sentences> = { [Code in keyof C & string]: { code: Code; params: NestedParams<C[Code]> } }[keyof C & string]

/**
 * Sentences in a row, as a language writes them. `between` goes between what is no sentence; `all` has what parameters are made of, if they are
 * messages themselves.
 */
export function writeSentences<const C extends Sentences>(
  language: Language,
  catalogue: C,
  messages: readonly MessageIn<C>[],
  { between, all = catalogue }: { between?: string | undefined; all?: Sentences } = {},
): string {
  const texts = messages.map(({ code, params }) => {
    const filled = writtenParams(language, all, params as MessageParams)
    if (filled === null) throw new TypeError(`a parameter of ${code} is a message that the catalogue does not have`)
    return format(language, catalogue[code] as string, filled as never)
  })
  return inARow(language, texts, between)
}

/** The same for messages that came over the wire; null where the catalogue lacks one of them, or a parameter does not fit. */
export function writeUnchecked(
  language: Language,
  catalogue: Sentences,
  messages: readonly AnyMessage[],
  { between, all = catalogue }: { between?: string | undefined; all?: Sentences } = {},
): string | null {
  const texts: string[] = []
  for (const { code, params } of messages) {
    const filled = writtenParams(language, all, params)
    const text = filled !== null && Object.hasOwn(catalogue, code) ? formatUnchecked(language, catalogue[code] as string, filled) : null
    if (text === null) return null
    texts.push(text)
  }
  return inARow(language, texts, between)
}

/** Parameters with the texts of those that are messages; null where the catalogue lacks one of these. */
function writtenParams(
  language: Language,
  all: Sentences,
  params: MessageParams,
): Record<string, string | number | readonly string[]> | null {
  const written: Record<string, string | number | readonly string[]> = {}
  for (const [name, value] of Object.entries(params)) {
    const text = writtenParam(language, all, value)
    if (text === null) return null
    written[name] = text
  }
  return written
}

function writtenParam(language: Language, all: Sentences, value: MessageParams[string]): string | number | readonly string[] | null {
  if (typeof value !== 'object') return value
  if (!Array.isArray(value)) return writeUnchecked(language, all, [value as AnyMessage])
  const [first] = value
  if (typeof first !== 'object') return value as readonly string[]
  if (!Array.isArray(first)) return writeUnchecked(language, all, value as readonly AnyMessage[])
  const items = (value as readonly (readonly AnyMessage[])[]).map((item) => writeUnchecked(language, all, item))
  return items.every((item) => item !== null) ? items : null
}

/** A full stop or another mark of its own, perhaps within quotes or brackets. */
const ENDED = /(^|[.!?…:;,。！？：；，])["'”’」)）]?$/

/** Chinese sentences follow each other without a blank. What another program said has no full stop: before the next sentence it gets one. */
function inARow(language: Language, texts: readonly string[], between: string | undefined): string {
  if (between !== undefined) return texts.join(between)
  const [stop, gap] = language.startsWith('zh') ? ['。', ''] : ['.', ' ']
  return texts.map((text, at) => (at === texts.length - 1 || ENDED.test(text) ? text : `${text}${stop}`)).join(gap)
}
