// Simplified Chinese: every message of the English catalogue, and nothing else.
import type { Translation } from './catalogue.ts'
import type { en } from './en.ts'
import { notices } from './zh-Hans/notices.ts'

export default { notices } satisfies Translation<typeof en>
