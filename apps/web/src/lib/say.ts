// What the server says as codes, in the language of the reader; its English text for English, and where a code is not known.
import type { Problem } from '@registree/contract'
import { type AnyMessage, writeUnchecked } from '@registree/messages'
import { language, translated } from '../i18n/language.ts'

type Catalogue = NonNullable<ReturnType<typeof translated>>
type Noun = Exclude<keyof Catalogue, 'page'>
type Sentences = readonly AnyMessage[]

let everyNoun: Readonly<Record<string, string>> | null = null

/** What a parameter of a message may be made of: everything but the labels of relations, which are no sentences. */
function everyMessage(catalogue: Catalogue): Readonly<Record<string, string>> {
  const { page, relations, ...nouns } = catalogue
  everyNoun ??= Object.assign({}, ...Object.values(nouns)) as Readonly<Record<string, string>>
  return everyNoun
}

/** Reads sentences of these nouns: in each of them a code means the same. */
const sayer = (nouns: readonly Noun[], between: () => string | undefined = () => undefined) => {
  let patterns: Record<string, string> | null = null
  return (sentences: Sentences | undefined, english: string): string => {
    // Asked for with the first sentence: this module may be there before the language is.
    const catalogue = translated()
    if (catalogue === null || sentences === undefined || sentences.length === 0) return english
    patterns ??= Object.assign({}, ...nouns.map((noun) => catalogue[noun])) as Record<string, string>
    return writeUnchecked(language, patterns, sentences, { between: between(), all: everyMessage(catalogue) }) ?? english
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
  relations: sayer(['relations'], () => (language.startsWith('zh') ? '、' : ', ')),
  state: sayer(['problems', 'states']),
  note: sayer(['notes']),
  flannel: sayer(['flannel']),
  flannelChange: sayer(['flannel'], () => (language.startsWith('zh') ? '，' : ', ')),
  error: sayer(['errors', 'queries', 'files', 'problems', 'notices']),
}

/** An error of the server in the language of the reader; details that another program gave stay as they are. */
export function sayProblem(problem: Problem): Problem {
  const { title, reason, params, detail, detailSentences, hint, hintSentences } = problem
  return {
    ...problem,
    title: say.error([{ code: reason, params }], title),
    ...(detail === undefined ? {} : { detail: say.error(detailSentences, detail) }),
    ...(hint === undefined ? {} : { hint: say.error(hintSentences, hint) }),
  }
}
