// What the user of a connection may read, by etcd's own word: a user may ask for itself and its roles.
// Source: etcd server/etcdserver/apply_auth.go (UserGet, RoleGet).
import { X509Certificate } from 'node:crypto'
import type { CallOptions } from '@grpc/grpc-js'
import { type Interval, Readable } from '@registree/keyspace'
import type { EtcdReads } from './etcd-client.ts'
import type { Credentials } from './etcd-member.ts'
import type { TlsFiles } from './tls-files.ts'

/** The name by which etcd knows the connection: that of the credentials, or the common name of the client certificate. Null where there is neither. */
export function userName(credentials: Credentials | null, tls: TlsFiles | null): string | null {
  if (credentials !== null) return 'token' in credentials ? userOfToken(credentials.token) : credentials.user
  if (tls?.cert == null) return null
  const { CN } = new X509Certificate(tls.cert).toLegacyObject().subject as { CN?: unknown }
  return typeof CN === 'string' && CN !== '' ? CN : null
}

/** etcd's tokens carry the name. Source: etcd server/auth/jwt.go. */
function userOfToken(token: string): string | null {
  try {
    const { username } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
    return typeof username === 'string' && username !== '' ? username : null
  } catch {
    return null
  }
}

/** etcd puts each question through raft. */
const MOST_ROLES = 100

/** Asks with `call`, which rejects as it does. Null where there are more roles than are asked for: a part of the answer would be untrue. */
export async function readOwnPermissions(
  user: string,
  call: <T>(make: (client: EtcdReads, options: CallOptions) => Promise<T>) => Promise<T>,
): Promise<Readable | null> {
  const { roles } = await call((client, options) => client.auth.userGet({ name: user }, options))
  if (roles.length > MOST_ROLES) return null
  const granted: Interval[] = []
  for (const role of roles) {
    const { perm } = await call((client, options) => client.auth.roleGet({ role }, options))
    for (const { permType, key, range_end: end } of perm) {
      if (permType === 'Write') continue
      granted.push({ key: new Uint8Array(key), end: end.length === 0 ? null : new Uint8Array(end) })
    }
  }
  return new Readable(granted)
}
