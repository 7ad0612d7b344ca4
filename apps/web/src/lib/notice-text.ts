// The text of a notice: ours if we know its code, else the server's.
import type { Notice } from '@registree/contract'
import { notices } from '../i18n/notices.ts'

const byCode: Record<string, (params: NonNullable<Notice['params']>) => string> = notices

export function noticeText({ code, params = {}, message }: Pick<Notice, 'code' | 'params' | 'message'>): string {
  return code !== undefined && Object.hasOwn(byCode, code) ? (byCode[code]?.(params) ?? message) : message
}
