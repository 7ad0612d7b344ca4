// A notice about a source, named by its code: its English text comes from the catalogue that pages translate.
import type { Notice, NoticeCode } from '@registree/contract'
import { format, formatUnchecked, type Params } from '@registree/messages'
import { notices } from '@registree/messages/en/notices'

type Filled<Code extends NoticeCode> = { [Name in keyof Params<(typeof notices)[Code]>]: NonNullable<Notice['params']>[string] }

/** Every code has a message that takes these parameters: else this does not pass the type check. */
export function notice<Code extends NoticeCode>(level: Notice['level'], where: string, code: Code, params: Filled<Code>): Notice {
  return { level, where, message: format('en', notices[code], params as never), code, params: params as NonNullable<Notice['params']> }
}

/** What was found in a file: with the text of the catalogue where it has a code, else with its own. */
export function noticeOfFile({ level, where, message, code, params = {} }: FoundInFile): Notice {
  const pattern = code !== undefined && Object.hasOwn(notices, code) ? notices[code as NoticeCode] : undefined
  const text = pattern === undefined ? null : formatUnchecked('en', pattern, params)
  return text === null ? { level, where, message } : { level, where, message: text, code: code as NoticeCode, params }
}

interface FoundInFile {
  level: Notice['level']
  where: string
  message: string
  code?: string
  params?: NonNullable<Notice['params']>
}
