// The texts of the frame and of what several pages share, and of errors.
import type { AddressProblem, EvidenceKind } from '@registree/contract'
import { app } from '@registree/messages/en/page/app'
import { errors as errorMessages } from '@registree/messages/en/page/errors'
import type { ClientErrorCode } from '../lib/client-error-code.ts'
import { pageMessages } from './language.ts'

const m = pageMessages('app', app)

/** Whose clock a timestamp is of: `host/<name>` and `writer/<name>` without their first part. */
const clockOwner = (source: string) => source.replace(/^(host|writer)\//, '')

export const text = {
  ...m,
  revisionTime: {
    ...m.revisionTime,
    evidence: (kind: EvidenceKind, source: string, at: string, revision: string) =>
      (m.revisionTime.evidence satisfies Record<EvidenceKind, unknown>)[kind]({ owner: clockOwner(source), at, revision }),
    due: (source: string, at: string, revision: string) => m.revisionTime.due({ owner: clockOwner(source), at, revision }),
    /** @param ms positive where the clock is ahead */
    offset: (ms: number) => m.revisionTime.offset({ ms: Math.abs(ms), direction: ms > 0 ? 'ahead' : 'behind' }),
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
}

/** What each code means to a person, and what they can do. The server's own title and detail stand beside it. */
export const errors = pageMessages('errors', errorMessages) satisfies Record<ClientErrorCode, { title: string; hint: string }>
