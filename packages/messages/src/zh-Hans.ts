// Simplified Chinese: every message of the English catalogue, and nothing else.
import type { Translation } from './catalogue.ts'
import type { en } from './en.ts'
import { finalizers } from './zh-Hans/finalizers.ts'
import { findingLinks, findings } from './zh-Hans/findings.ts'
import { notices } from './zh-Hans/notices.ts'
import { problems } from './zh-Hans/problems.ts'
import { containers, related, relations } from './zh-Hans/related.ts'

export default { containers, finalizers, findingLinks, findings, notices, problems, related, relations } satisfies Translation<typeof en>
