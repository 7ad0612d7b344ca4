// The English text of what answers say as codes: for readers of the API, and for pages that do not know a code.
import type {
  ContainerMessage,
  FinalizerMessage,
  FindingLinkMessage,
  FindingMessage,
  PodMessage,
  ProblemMessage,
  RelatedMessage,
  RelationMessage,
} from '@registree/kube'
import { writeSentences } from '@registree/messages'
import { finalizers } from '@registree/messages/en/finalizers'
import { findingLinks, findings } from '@registree/messages/en/findings'
import { problems } from '@registree/messages/en/problems'
import { containers, related, relations } from '@registree/messages/en/related'

// Each catalogue must have what the packages say, with the same parameters: what is missing does not pass the type check.
const findingsAndProblems = { ...problems, ...findings }
const relatedAndProblems = { ...problems, ...related }

export const inEnglish = {
  problem: (says: readonly ProblemMessage[]): string => writeSentences('en', problems, says),
  finding: (says: readonly FindingMessage[]): string => writeSentences('en', findingsAndProblems, says),
  findingLink: (says: FindingLinkMessage): string => writeSentences('en', findingLinks, [says]),
  finalizer: (says: FinalizerMessage): string => writeSentences('en', finalizers, [says]),
  pod: (says: readonly (ContainerMessage | PodMessage)[]): string => writeSentences('en', containers, says),
  related: (says: readonly RelatedMessage[]): string => writeSentences('en', relatedAndProblems, says),
  relations: (says: readonly RelationMessage[]): string => writeSentences('en', relations, says, ', '),
}
