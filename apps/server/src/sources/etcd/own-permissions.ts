// What the connected user may read, as reported by etcd: a user may ask about itself and its roles.
// Source: etcd server/etcdserver/apply_auth.go (UserGet, RoleGet).
import { X509Certificate } from 'node:crypto'
import type { CallOptions } from '@grpc/grpc-js'
import { type Interval, Readable } from '@registree/keyspace'
import type { EtcdReads } from './etcd-client.ts'
import type { Credentials } from './etcd-member.ts'
import type { TlsFiles } from './tls-files.ts'

/** Our user name in etcd: that of the credentials, or the common name of the client certificate. Null if there is neither. */
export function userName(credentials: Credentials | null, tls: TlsFiles | null): string | null {
  if (credentials !== null) return 'token' in credentials ? userOfToken(credentials.token) : credentials.user
  if (tls?.cert == null) return null
  const { CN } = new X509Certificate(tls.cert).toLegacyObject().subject as { CN?: unknown }
  return typeof CN === 'string' && CN !== '' ? CN : null
}

/** etcd's tokens contain the user name. Source: etcd server/auth/jwt.go. */
function userOfToken(token: string): string | null {
  try {
    const { username } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
    return typeof username === 'string' && username !== '' ? username : null
  } catch {
    return null
  }
}

/** Each question goes through raft. */
const MOST_ROLES = 100

/** Asks with `call` and rejects as it does. Null if there are more roles than this limit: a partial answer would be wrong. */
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
