// The texts of the frame, the search, the overview and the key pages, and of errors.
import type { AddressProblem, EvidenceKind } from '@registree/contract'
import { app } from '@registree/messages/en/page/app'
import { errors as errorMessages } from '@registree/messages/en/page/errors'
import type { ClientErrorCode } from '../lib/client-error-code.ts'
import { pageMessages } from './language.ts'

const m = pageMessages('app', app)

/** Whose clock a timestamp is of: `host/<name>` and `writer/<name>` without their first part. */
const clockOwner = (source: string) => source.replace(/^(host|writer)\//, '')

/** Search words are written in one message, separated by commas. */
const words = (list: string): readonly string[] => list.split(/[,，、]\s*/)
const allWords = <K extends string>(lists: Readonly<Record<K, string>>) =>
  Object.fromEntries(Object.entries<string>(lists).map(([name, list]) => [name, words(list)])) as Record<K, readonly string[]>

export const text = {
  ...m,
  search: {
    ...m.search,
    searchWhole: (kind: string, keys: number | null) =>
      keys === null ? m.search.searchAllKeys({ kind }) : m.search.searchWhole({ kind, keys }),
    /** Other words for a page, besides its label. */
    alsoCalled: allWords(m.search.alsoCalled),
    /** Parts of the overview by the id of their place: the label, and other words for them. */
    parts: allWords(m.search.parts),
    actionNames: allWords(m.search.actionNames),
  },
  revisionTime: {
    ...m.revisionTime,
    evidence: (kind: EvidenceKind, source: string, at: string, revision: string) =>
      (m.revisionTime.evidence satisfies Record<EvidenceKind, unknown>)[kind]({ owner: clockOwner(source), at, revision }),
    due: (source: string, at: string, revision: string) => m.revisionTime.due({ owner: clockOwner(source), at, revision }),
    /** @param ms positive where the clock is ahead */
    offset: (ms: number) => m.revisionTime.offset({ ms: Math.abs(ms), direction: ms > 0 ? 'ahead' : 'behind' }),
  },
  overview: {
    ...m.overview,
    emulates: (version: string | null) => (version === null ? m.overview.servers.kine : m.overview.emulates({ version })),
    /** @param version '' where the file names none */
    downgradeTo: (version: string) => (version === '' ? m.overview.downgradeUnderWay : m.overview.downgradeTo({ version })),
  },
  notices: {
    ...m.notices,
    /** @param shown makes a text of the address fit to be looked at */
    notUnderstood: (problem: AddressProblem, shown: (text: string) => string): string => {
      const messages = m.notices.notUnderstood
      const name = shown(problem.parameter)
      const said = `${name}=${shown(problem.value)}`
      switch (problem.reason) {
        case 'twice':
          return messages.twice({ name })
        case 'lines':
          return messages.lines({ said: `#${shown(problem.value)}` })
        case 'choice':
          return messages.choice({ said, choices: problem.choices })
        case 'unknown':
          return problem.known.length === 0
            ? messages.unknownOfNone({ name })
            : messages.unknown({ name, n: problem.known.length, known: problem.known })
        default:
          return messages[problem.reason]({ said })
      }
    },
  },
  keys: {
    ...m.keys,
    /** @param more whether there are more than have been listed */
    summary: (directories: number, keys: number, more: boolean) => {
      const { both, directories: onlyDirectories, keys: onlyKeys } = m.keys.summary
      if (directories === 0) return onlyKeys({ keys, more: String(more) })
      if (keys === 0) return onlyDirectories({ directories, more: String(more) })
      return both({ directories, keys, more: String(more) })
    },
  },
}

/** What each code means to a person, and what they can do. The server's own title and detail stand beside it. */
export const errors = pageMessages('errors', errorMessages) satisfies Record<ClientErrorCode, { title: string; hint: string }>
