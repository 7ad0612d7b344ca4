// A notice about a source, named by its code: its English text comes from the catalogue that pages translate.
import type { Notice, NoticeCode } from '@registree/contract'
import type { Finding } from '@registree/etcd-file'
import type { NestedParams } from '@registree/messages'
import type { notices } from '@registree/messages/en/notices'
import { inEnglish } from './in-english.ts'

/** Every code has a message that takes these parameters: else this does not pass the type check. */
export function notice<Code extends NoticeCode>(
  level: Notice['level'],
  where: string,
  code: Code,
  params: NestedParams<(typeof notices)[Code]>,
): Notice {
  return { level, where, message: inEnglish.any([{ code, params: params as Notice['params'] }]), code, params: params as Notice['params'] }
}

/** What was found in a file, with its English text. */
export const noticeOfFile = ({ level, where, says }: Finding): Notice => ({ level, where, message: inEnglish.fileFinding(says), ...says })
