// The state of a file that every page shows: damaged, old, or newer than its database.
import type { Notice, StatusAnswer } from '@registree/contract'
import { text } from '../i18n/text.ts'
import { noticeText } from './notice-text.ts'

const t = text.status

export type FileState = {
  /** The most severe problem in a few words, and all of them in sentences. */
  wrong: { words: string; hint: string } | null
  /** What happened to the log beside the database, unless it is among the problems. */
  log: { tone: 'warning' | 'muted'; words: string; hint: string } | null
  /** Pages of the file are broken: their keys are missing. */
  keysMissing: boolean
  /** The log could not be applied completely: newer changes are missing. */
  changesMissing: boolean
}

/** Null for a live etcd. */
export function fileState({ file, notices }: Pick<StatusAnswer, 'file' | 'notices'>): FileState | null {
  if (file === null) return null
  const errors = notices.filter(({ level }) => level === 'error')
  const keysMissing = errors.some((notice) => !aboutLog(notice) && !aboutWhole(notice))
  const changesMissing = errors.some(aboutLog)
  const hint = (told: readonly Notice[]) => told.map(noticeText).join(' ')
  const words = () => {
    if (file.trailer === 'mismatch' || file.trailer === 'truncated') return t.trailer[file.trailer]
    if (keysMissing) return t.damaged
    if (changesMissing) return file.log !== null && file.log.missing > 0 ? t.logMissing({ writes: file.log.missing }) : t.logIncomplete
    return t.refused
  }
  const { applied = 0, uncertain = 0 } = file.log ?? {}
  const logTold = notices.filter((notice) => aboutLog(notice) && notice.level !== 'error')
  return {
    wrong: errors.length === 0 ? null : { words: words(), hint: hint(errors) },
    log:
      uncertain > 0
        ? { tone: 'warning', words: t.logUncertain({ writes: uncertain }), hint: hint(logTold) }
        : applied > 0
          ? { tone: 'muted', words: t.logApplied({ writes: applied }), hint: hint(logTold) }
          : null,
    keysMissing,
    changesMissing,
  }
}

function aboutLog({ code }: Notice): boolean {
  return code?.startsWith('log-') === true || code === 'database-behind-snapshot'
}

/** Problems of the file as a whole: with a wrong checksum or free list, nothing need be missing. */
function aboutWhole({ where, code }: Notice): boolean {
  return where === 'sha256' || code?.startsWith('freelist-') === true
}
