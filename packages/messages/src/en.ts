// English: the catalogue that the others translate, and that says which parameters a message has.
import { finalizers } from './en/finalizers.ts'
import { findingLinks, findings } from './en/findings.ts'
import { notices } from './en/notices.ts'
import { problems } from './en/problems.ts'
import { containers, related, relations } from './en/related.ts'

export const en = { containers, finalizers, findingLinks, findings, notices, problems, related, relations } as const
