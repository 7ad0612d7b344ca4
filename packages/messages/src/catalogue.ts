// A catalogue of messages, and what it says in one language: plain messages as texts, messages with parameters as functions.
import { format, formatParts } from './format.ts'
import type { Language } from './languages.ts'
import type { Params, Tags } from './params.ts'

/** Messages by name, in groups of any depth. */
export interface Catalogue {
  readonly [name: string]: string | Catalogue
}

/** The same messages in another language. A missing or an additional one does not pass the type check; a test compares the parameters. */
export type Translation<T> = { readonly [K in keyof T]: T[K] extends string ? string : Translation<T[K]> }

type Message<P extends string> = [Tags<P>] extends [never]
  ? keyof Params<P> extends never
    ? string
    : (params: Params<P>) => string
  : RichMessage<P>

/** A message with tags takes a function for each of them. */
type RichMessage<P extends string> = <T>(params: Params<P> & { readonly [K in Tags<P>]: (children: (string | T)[]) => T }) => (string | T)[]

/** What a catalogue says: a text, or a function of the parameters that the English message names. */
export type Messages<T> = {
  readonly [K in keyof T]: T[K] extends string ? Message<T[K]> : Messages<T[K]>
}

/** The messages of `english` in a language; `translation` holds them in that language, and is left out for English. */
export function messagesIn<const T extends Catalogue>(
  language: Language,
  english: T,
  translation: Translation<T> = english as never,
): Messages<T> {
  return Object.fromEntries(
    Object.entries(english).map(([name, inner]) => {
      const translated = (translation as Catalogue)[name]
      if (typeof inner === 'string') return [name, message(language, typeof translated === 'string' ? translated : inner)]
      return [name, messagesIn(language, inner, (typeof translated === 'object' ? translated : inner) as never)]
    }),
  ) as Messages<T>
}

function message(language: Language, pattern: string): unknown {
  // No syntax in it: as most are.
  if (!/[{<']/.test(pattern)) return pattern
  if (/<\//.test(pattern)) return (params: object) => formatParts(language, pattern, params as never, {} as never)
  const plain = !pattern.replace(/'[{<][^']*'/g, '').includes('{')
  return plain ? format(language, pattern, {} as never) : (params: never) => format(language, pattern, params)
}
