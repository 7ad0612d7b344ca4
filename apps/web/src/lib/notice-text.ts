// The text of a notice: ours if we know its code, else the server's.
import type { Notice } from '@registree/contract'
import { formatUnchecked } from '@registree/messages'
import { notices } from '@registree/messages/en/notices'
import { language, patternsOf } from '../i18n/language.ts'

const byCode: Record<string, string> = patternsOf('notices', notices)

export function noticeText({ code, params = {}, message }: Pick<Notice, 'code' | 'params' | 'message'>): string {
  const pattern = code !== undefined && Object.hasOwn(byCode, code) ? byCode[code] : undefined
  return (pattern !== undefined && formatUnchecked(language, pattern, params)) || message
}
