// The English text of what answers say as codes: for readers of the API, and for pages that do not know a code.
import type { FindingMessage as FileFinding, FileMessage as FoundInFile } from '@registree/etcd-file'
import type { FlannelMessage } from '@registree/flannel'
import type {
  ContainerMessage,
  FinalizerMessage,
  FindingLinkMessage,
  FindingMessage,
  PodMessage,
  ProblemMessage,
  RelatedMessage,
  RelationMessage,
  StateMessage,
} from '@registree/kube'
import { type AnyMessage, type MessageIn, writeSentences, writeUnchecked } from '@registree/messages'
import { containers } from '@registree/messages/en/containers'
import { errors } from '@registree/messages/en/errors'
import { files } from '@registree/messages/en/files'
import { finalizers } from '@registree/messages/en/finalizers'
import { findingLinks, findings } from '@registree/messages/en/findings'
import { flannel } from '@registree/messages/en/flannel'
import { notes } from '@registree/messages/en/notes'
import { notices } from '@registree/messages/en/notices'
import { problems } from '@registree/messages/en/problems'
import { queries } from '@registree/messages/en/queries'
import { related, relations } from '@registree/messages/en/related'
import { states } from '@registree/messages/en/states'

// Each catalogue must have what the packages say, with the same parameters: what is missing does not pass the type check.
const findingsAndProblems = { ...problems, ...findings }
const statesAndProblems = { ...problems, ...states }
const relatedAndProblems = { ...problems, ...related }

const all: Readonly<Record<string, string>> = {
  ...problems,
  ...findings,
  ...related,
  ...errors,
  ...flannel,
  ...files,
  ...notes,
  ...notices,
  ...states,
  ...queries,
}

export type NoteMessage = MessageIn<typeof notes>
/** What failed; a query may be wrong in many ways of its own. */
export type ErrorMessage = MessageIn<typeof errors> | MessageIn<typeof queries>
/** What is wrong with a file, and what has happened to it since. */
export type FileMessage = FoundInFile | Extract<MessageIn<typeof files>, { code: `changed-${string}` }>

export const inEnglish = {
  /** Messages of any noun but the relations, which come from a typed list each. */
  any: (says: readonly AnyMessage[]): string => {
    const text = writeUnchecked('en', all, says)
    if (text === null) throw new TypeError(`no message for ${says.map(({ code }) => code).join(', ')}`)
    return text
  },
  file: (says: FileMessage): string => writeSentences('en', files, [says], { all }),
  fileFinding: (says: FileFinding): string => writeSentences('en', notices, [says], { all }),
  flannel: (says: readonly FlannelMessage[]): string => writeSentences('en', flannel, says, { all }),
  flannelChange: (says: readonly FlannelMessage[]): string => writeSentences('en', flannel, says, { between: ', ', all }),
  state: (says: StateMessage | ProblemMessage): string => writeSentences('en', statesAndProblems, [says], { all }),
  problem: (says: readonly ProblemMessage[]): string => writeSentences('en', problems, says, { all }),
  finding: (says: readonly FindingMessage[]): string => writeSentences('en', findingsAndProblems, says, { all }),
  findingLink: (says: FindingLinkMessage): string => writeSentences('en', findingLinks, [says], { all }),
  finalizer: (says: FinalizerMessage): string => writeSentences('en', finalizers, [says], { all }),
  pod: (says: readonly (ContainerMessage | PodMessage)[]): string => writeSentences('en', containers, says, { all }),
  related: (says: readonly RelatedMessage[]): string => writeSentences('en', relatedAndProblems, says, { all }),
  relations: (says: readonly RelationMessage[]): string => writeSentences('en', relations, says, { between: ', ' }),
}
