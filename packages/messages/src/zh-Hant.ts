// Traditional Chinese: every message of the English catalogue, and nothing else.
import type { Translation } from './catalogue.ts'
import type { en } from './en.ts'
import { finalizers } from './zh-Hant/finalizers.ts'
import { findingLinks, findings } from './zh-Hant/findings.ts'
import { notices } from './zh-Hant/notices.ts'
import { problems } from './zh-Hant/problems.ts'
import { containers, related, relations } from './zh-Hant/related.ts'

export default { containers, finalizers, findingLinks, findings, notices, problems, related, relations } satisfies Translation<typeof en>
