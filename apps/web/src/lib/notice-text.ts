// The words of a notice: in the reader's language where its code is known there, else the server's English.
import type { Notice } from '@registree/contract'
import { say } from './say.ts'

export function noticeText({ code, params = {}, message }: Pick<Notice, 'code' | 'params' | 'message'>): string {
  return code === undefined ? message : say.notice([{ code, params }], message)
}
