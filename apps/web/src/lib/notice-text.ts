// The text of a notice: ours if we know its code, else the server's.
import type { Notice } from '@registree/contract'
import { say } from './say.ts'

export function noticeText({ code, params, message }: Pick<Notice, 'code' | 'params' | 'message'>): string {
  return say.notice([{ code, params }], message)
}
