// What the server says as codes, in the language of the reader; its English text for English, and where a code is not known.
import type { Problem } from '@registree/contract'
import { type AnyMessage, writeUnchecked } from '@registree/messages'
import { errors } from '@registree/messages/en/errors'
import { files } from '@registree/messages/en/files'
import { finalizers } from '@registree/messages/en/finalizers'
import { findingLinks, findings } from '@registree/messages/en/findings'
import { flannel } from '@registree/messages/en/flannel'
import { notes } from '@registree/messages/en/notes'
import { notices } from '@registree/messages/en/notices'
import { problems } from '@registree/messages/en/problems'
import { queries } from '@registree/messages/en/queries'
import { containers, related, relations } from '@registree/messages/en/related'
import { states } from '@registree/messages/en/states'
import { language } from '../i18n/language.ts'

type Sentences = readonly AnyMessage[]
type Catalogue = Readonly<Record<string, string>>

/** What a parameter of a message may be made of: everything but the labels of relations, which are no sentences. */
const everyMessage: Catalogue = {
  ...containers,
  ...errors,
  ...files,
  ...flannel,
  ...finalizers,
  ...findingLinks,
  ...findings,
  ...notes,
  ...notices,
  ...problems,
  ...queries,
  ...related,
  ...states,
}

/** Reads sentences of these nouns: in each of them a code means the same. In English they are what the answer holds, and the build has none. */
const sayer = (nouns: readonly (Catalogue | null)[], between?: string) => {
  const patterns: Catalogue = Object.assign({}, ...nouns)
  return (sentences: Sentences | undefined, english: string): string => {
    if (language === 'en' || sentences === undefined || sentences.length === 0) return english
    return writeUnchecked(language, patterns, sentences, { between, all: everyMessage }) ?? english
  }
}

/** Takes what the answer holds as codes, and its English text. */
export const say = {
  notice: sayer([notices]),
  problem: sayer([problems]),
  query: sayer([queries]),
  finding: sayer([problems, findings]),
  findingLink: sayer([findingLinks]),
  finalizer: sayer([finalizers]),
  pod: sayer([containers]),
  related: sayer([problems, related]),
  relations: sayer([relations], language.startsWith('zh') ? '、' : ', '),
  state: sayer([problems, states]),
  note: sayer([notes]),
  flannel: sayer([flannel]),
  flannelChange: sayer([flannel], language.startsWith('zh') ? '，' : ', '),
  error: sayer([errors, queries, files, problems, notices]),
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
