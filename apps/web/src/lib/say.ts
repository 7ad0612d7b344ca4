// What the server says as codes, in the language of the reader; its English text for English, and where a code is not known.
import type { Problem } from '@registree/contract'
import { type AnyMessage, writeUnchecked } from '@registree/messages'
import { language } from '../i18n/language.ts'
import { words } from './words.ts'

type Sentences = readonly AnyMessage[]
type Catalogue = Readonly<Record<string, string>>

/**
 * Reads sentences of these nouns: in each of them a code means the same. Their translations are there, because the answer waited for them (`words.ts`).
 */
const sayer = (nouns: readonly string[], between?: string) => {
  let patterns: Catalogue = {}
  let version = -1
  return (sentences: Sentences | undefined, english: string): string => {
    if (language === 'en' || sentences === undefined || sentences.length === 0) return english
    if (version !== words.version()) {
      version = words.version()
      // Where nouns share a code, the file of another one may be the only one that is there.
      patterns = Object.assign({}, words.every(), ...nouns.map(words.of))
    }
    return writeUnchecked(language, patterns, sentences, { between, all: words.every() }) ?? english
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
  relations: sayer(['relations'], language.startsWith('zh') ? '、' : ', '),
  state: sayer(['problems', 'states']),
  note: sayer(['notes']),
  flannel: sayer(['flannel']),
  flannelChange: sayer(['flannel'], language.startsWith('zh') ? '，' : ', '),
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
