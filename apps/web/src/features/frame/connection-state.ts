// What the status line shows about the connection, from what the server reports about etcd.
import type { Health } from '@registree/contract'
import type { Connection } from '../../lib/cluster-events.ts'
import { inARow } from '../../lib/in-a-row.ts'
import { sayProblem } from '../../lib/say.ts'
import { formatClock, formatInstant, type Zone } from '../../lib/time.ts'
import { connectionText as t } from './strings.ts'

export interface ConnectionState {
  tone: 'ok' | 'neutral' | 'warning' | 'error'
  /** A few words, including since when. */
  words: string
  hint: string
  /** What must be shown on every page; null if nothing is wrong. */
  grave: string | null
  /** Announced to screen readers when this state begins. */
  announce: string
}

export const memberName = ({ id, name }: { id: string | null; name: string }): string => name || (id === null ? t.etcd : t.unnamed({ id }))

/** `shows`: whether the page shows anything that was read. */
export function connectionState(connection: Connection, zone: Zone, shows: boolean): ConnectionState {
  if (connection.kind === 'connecting') return { tone: 'neutral', words: t.connecting, hint: t.hints.connecting, grave: null, announce: '' }
  if (connection.kind === 'server-lost') {
    const since = formatClock(connection.since, zone)
    return {
      tone: 'error',
      words: t.serverLost({ time: since }),
      hint: t.hints.serverLost,
      grave: (shows ? t.serverLostLong : t.serverLostNothing)({ time: since }),
      announce: t.announce.serverLost,
    }
  }
  return stateOfHealth(connection.health, zone, shows)
}

function stateOfHealth(health: Health, zone: Zone, shows: boolean): ConnectionState {
  const { state, member } = health
  const problem = health.problem === null ? null : sayProblem(health.problem)
  const since = formatClock(health.since, zone)
  const last = health.lastAnswer === null ? '' : ` ${t.hints.lastAnswer({ time: formatInstant(health.lastAnswer, zone) })}`
  const name = member === null ? t.etcd : memberName(member)
  const why = inARow([problem?.title, problem?.detail, problem?.hint])
  switch (state) {
    case 'connecting':
      return { tone: 'neutral', words: t.connecting, hint: t.hints.connecting, grave: null, announce: '' }
    case 'live':
      return {
        tone: 'ok',
        words: t.connected({ time: since }),
        hint:
          health.clusterId === null
            ? t.hints.connectedTo({ endpoint: member?.endpoint ?? name })
            : t.hints.connected({ member: name, endpoint: member?.endpoint ?? '', clusterId: health.clusterId }),
        grave: null,
        announce: t.announce.live,
      }
    case 'no-leader': {
      const grave = t.alone({ member: name })
      return {
        tone: 'warning',
        words: t.noLeader({ time: since }),
        hint: t.hints.noLeader({ member: name, endpoint: member?.endpoint ?? '' }),
        grave,
        announce: `${grave}.`,
      }
    }
    case 'mixed':
      return { tone: 'error', words: t.mixed({ time: since }), hint: why, grave: t.mixedLong, announce: t.announce.mixed }
    case 'lost': {
      const refused = problem?.code === 'SOURCE_AUTH'
      return {
        tone: 'error',
        words: refused ? t.refused({ time: since }) : t.lost({ time: since }),
        hint: t.hints.lost({ why }) + last,
        grave: (refused ? (shows ? t.refusedLong : t.refusedNothing) : shows ? t.lostLong : t.lostNothing)({ time: since }),
        announce: t.announce.lost,
      }
    }
  }
}
