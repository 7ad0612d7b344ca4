// What flannel stores in either keyspace, as it may be shown: its keys masked. It writes a few hundred bytes; what is far larger is not its own.
import { maskFlannelStored } from '@registree/kube/open'
import { digest } from './digest.ts'
import { LARGE } from './large-values.ts'
import type { Policy } from './policy.ts'

/** `place` is where it lies: a key of the v3 keyspace, or a path of the v2 keyspace. */
export function flannelText(
  value: string | Uint8Array,
  place: { key: Uint8Array } | { path: string },
  { reveal, salt }: Pick<Policy, 'reveal' | 'salt'>,
): string {
  if (value.length > LARGE) return `(more than ${LARGE / 1024} KiB, which flannel never writes: not read here; the key's own page shows it)`
  const text = typeof value === 'string' ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8')
  return maskFlannelStored(text, { ...place, reveal, salt, digest })
}
