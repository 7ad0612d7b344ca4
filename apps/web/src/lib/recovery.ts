// Updates a page on its own: when etcd answers again, when it has a leader again, when it holds or may hold another history, and when it reaches the
// page's pinned revision.
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { type Connection, clusterEvents } from './cluster-events.ts'
import { statusQuery } from './cluster-queries.ts'
import { onEpoch } from './epochs.ts'
import { type Reason, readAgain, readReached } from './read-again.ts'

/** Several signals of one event arrive together: the most severe one decides. */
const GATHER_MS = 30
const GRAVITY = ['returned', 'reconnected', 'replaced'] as const satisfies readonly Reason[]
type Passive = (typeof GRAVITY)[number]

/** For the frame. */
export function useRecovery(cluster: string | null): void {
  const client = useQueryClient()
  useEffect(() => {
    const recovery = recover(client)
    const forget = onEpoch((name) => recovery.read(name, 'reconnected'))
    const readWhatWasReached = () => {
      const now = clusterEvents.connection()
      const newest = now.kind === 'health' && answers(now) ? now.health.revision : null
      if (cluster !== null && newest !== null) readReached(client, cluster, BigInt(newest)).catch(() => {})
    }
    // A refusal may arrive after the report that etcd has reached the revision.
    const forgetFailures = client.getQueryCache().subscribe((event) => {
      if (event.type === 'updated' && event.action.type === 'error') readWhatWasReached()
    })
    let before = clusterEvents.connection()
    const unsubscribe = clusterEvents.subscribe(() => {
      const now = clusterEvents.connection()
      const was = before
      const reason = reasonOf(was, now)
      if (now.kind !== 'connecting') before = now
      if (cluster !== null && reason !== null) recovery.read(cluster, reason)
      if (cluster !== null && membersChanged(was, now))
        client.invalidateQueries({ queryKey: statusQuery(cluster).queryKey }).catch(() => {})
      readWhatWasReached()
    })
    return () => {
      forget()
      forgetFailures()
      unsubscribe()
      recovery.end()
    }
  }, [client, cluster])
}

const answers = (connection: Connection): boolean =>
  connection.kind === 'health' && (connection.health.state === 'live' || connection.health.state === 'no-leader')

/** Whether a read is certain to fail. */
const inVain = (connection: Connection): boolean =>
  connection.kind === 'server-lost' || (connection.kind === 'health' && ['lost', 'mixed'].includes(connection.health.state))

/**
 * The reason to read again when the connection changes. `before` is the last state reported: a stream that was closed for a while reports nothing by
 * itself.
 */
export function reasonOf(before: Connection, now: Connection): Passive | null {
  if (now.kind !== 'health') return null
  const was = before.kind === 'health' ? before.health : null
  const is = now.health
  if (was !== null && is.replaced !== null && is.replaced.at !== was.replaced?.at) return 'replaced'
  if (!answers(now)) return null
  if (was?.state === 'no-leader' && (is.state === 'live' || is.member?.id !== was.member?.id)) return 'reconnected'
  return answers(before) ? null : 'returned'
}

/** Whether the page about the members is out of date: who leads, or whether anybody answers, has changed. Asking for their status costs no read. */
export function membersChanged(before: Connection, now: Connection): boolean {
  if (before.kind !== 'health' || now.kind !== 'health') return false
  return before.health.state !== now.health.state || before.health.leader?.id !== now.health.leader?.id
}

function recover(client: QueryClient) {
  const wanted = new Map<string, Passive>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let reading = Promise.resolve()
  const run = () => {
    timer = undefined
    // Data that may belong to another history is read again when something can be read; until then it stays, marked as old.
    const all = [...wanted].filter(([, reason]) => reason === 'replaced' || !inVain(clusterEvents.connection()))
    for (const [cluster] of all) wanted.delete(cluster)
    reading = reading.then(async () => {
      for (const [cluster, reason] of all) await readAgain(client, cluster, reason).catch(() => {})
    })
  }
  return {
    read: (cluster: string, reason: Passive) => {
      const known = wanted.get(cluster) ?? reason
      wanted.set(cluster, GRAVITY.indexOf(known) > GRAVITY.indexOf(reason) ? known : reason)
      timer ??= setTimeout(run, GATHER_MS)
    },
    end: () => clearTimeout(timer),
  }
}
