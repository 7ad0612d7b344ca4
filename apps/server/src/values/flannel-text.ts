// A value stored by flannel as it may be shown: with keys masked. flannel writes a few hundred bytes; far larger values are not its own.
import { maskFlannelStored } from '@registree/kube/open'
import { digest } from './digest.ts'
import { LARGE } from './large-values.ts'
import type { Policy } from './policy.ts'

/** `place` is its key in the v3 keyspace, or its path in the v2 keyspace. */
export function flannelText(
  value: string | Uint8Array,
  place: { key: Uint8Array } | { path: string },
  { reveal, salt }: Pick<Policy, 'reveal' | 'salt'>,
): string {
  if (value.length > LARGE) return `(more than ${LARGE / 1024} KiB, which flannel never writes: not read here; the key's own page shows it)`
  const text = typeof value === 'string' ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8')
  return maskFlannelStored(text, { ...place, reveal, salt, digest })
}
