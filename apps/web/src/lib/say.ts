// What the server says as codes, in the language of the reader; its English text for English, and where a code is not known.
import { type MessageParams, writeUnchecked } from '@registree/messages'
import { language, translated } from '../i18n/language.ts'

type Noun = Exclude<keyof NonNullable<ReturnType<typeof translated>>, 'page'>
type Sentences = readonly { code: string; params: MessageParams }[]

/** Reads sentences of these nouns: in each of them a code means the same. */
const sayer = (nouns: readonly Noun[], between: () => string | undefined = () => undefined) => {
  let patterns: Record<string, string> | null = null
  return (sentences: Sentences | undefined, english: string): string => {
    // Asked for with the first sentence: this module may be there before the language is.
    const catalogue = translated()
    if (catalogue === null || sentences === undefined || sentences.length === 0) return english
    patterns ??= Object.assign({}, ...nouns.map((noun) => catalogue[noun]))
    return writeUnchecked(language, patterns as Record<string, string>, sentences, between()) ?? english
  }
}

/** Takes what the answer holds as codes, and its English text. */
export const say = {
  notice: sayer(['notices']),
  problem: sayer(['problems']),
  query: sayer(['queries']),
  finding: sayer(['problems', 'findings']),
  findingLink: sayer(['findingLinks']),
  finalizer: sayer(['finalizers']),
  pod: sayer(['containers']),
  related: sayer(['problems', 'related']),
  relations: sayer(['relations'], () => (language === 'en' ? ', ' : '、')),
}
