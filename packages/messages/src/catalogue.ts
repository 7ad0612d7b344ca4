// A catalogue of messages, and what it says in one language: plain messages as texts, messages with parameters as functions.
import { compile } from '#compile'
import { PART, type Part } from './compiled.ts'
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
      if (isMessage(inner)) return [name, message(language, isMessage(translated) ? translated : inner)]
      return [name, messagesIn(language, inner, (translated ?? inner) as never)]
    }),
  ) as Messages<T>
}

/** A pattern, or what the build has made of it. */
const isMessage = (one: string | Catalogue | undefined): one is string => typeof one === 'string' || Array.isArray(one)

function message(language: Language, pattern: string): unknown {
  const compiled = compile(pattern)
  if (typeof compiled === 'string') return compiled
  if (hasTags(compiled)) return (params: object) => formatParts(language, pattern, params as never, params as never)
  return (params: never) => format(language, pattern, params)
}

const hasTags = (parts: readonly Part[]): boolean =>
  parts.some((part) => {
    if (typeof part === 'string') return false
    if (part[0] === PART.tag) return true
    return (part[0] === PART.plural || part[0] === PART.select) && Object.values(part[2]).some(hasTags)
  })
