// Asks every member for the hash of its keys, to find out whether all hold the same.
import type { MemberHashes } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import type { Reading } from '../clusters/reading.ts'
import { AppError } from '../problem.ts'
import { digest } from '../values/digest.ts'
import { earliest } from './earliest.ts'

/**
 * etcd’s hash is a checksum of everything, Secrets included: who knows the rest could try out what is masked. So it is shown only where Secrets are, and
 * otherwise replaced by a keyed digest, which can only be compared.
 */
function toldHash(hash: string | null, { reveal, salt }: Reading['policy']): string | null {
  return hash === null || reveal ? hash : digest(salt, utf8(hash))
}

/** Throws AppError. Costs each member one reading of its whole keyspace. */
export async function memberHashes({ cluster, policy, signal }: Reading): Promise<MemberHashes> {
  const { members, v3 } = cluster.opened
  if (members == null) throw new AppError('BAD_REQUEST', { code: 'file-without-members', params: {} })
  // A revision that all members have: one may lag a little.
  const heads = await Promise.allSettled(members.endpoints.map((endpoint) => members.at(endpoint)?.v3.status(signal)))
  const known = heads.flatMap((head) => (head.status === 'fulfilled' && head.value !== undefined ? [head.value.revision] : []))
  const { revision: newest } = await v3.status(signal)
  const revision = earliest(newest, ...known)
  const hashes = await members.hashes(revision, signal)
  const told = hashes.filter(({ hash }) => hash !== null)
  const comparable = told.length > 1 && told.every(({ compactedRevision }) => compactedRevision === told[0]?.compactedRevision)
  return {
    revision: String(revision),
    members: hashes.map((each) => ({ ...each, hash: toldHash(each.hash, policy), compactedRevision: String(each.compactedRevision) })),
    agree: comparable ? told.every(({ hash }) => hash === told[0]?.hash) : null,
  }
}
