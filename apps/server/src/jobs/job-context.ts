// What a job needs of the server beside its input.
import type { Decryptor } from '@registree/kube'
import type { ValuePolicy } from '../decode-value.ts'
import { openEncryption } from '../open-encryption.ts'

/** What every job is given beside its input: the same in a thread as in the server itself. */
export interface JobContext {
  decryptorOf(cluster: string): Decryptor
  policy: Pick<ValuePolicy, 'reveal' | 'salt'>
}

/** What a thread makes its {@link JobContext} of. */
export interface JobSeed {
  /** Each cluster's encryption configuration by its name, as its YAML says it; null where there is none. Keys made of it do not cross threads. */
  encryption: ReadonlyMap<string, unknown>
  reveal: boolean
  salt: Uint8Array
}

export function jobContext({ encryption, reveal, salt }: JobSeed): JobContext {
  const decryptors = new Map<string, Decryptor>()
  return {
    decryptorOf(cluster) {
      const known = decryptors.get(cluster) ?? openEncryption(cluster, encryption.get(cluster) ?? null)
      decryptors.set(cluster, known)
      return known
    },
    policy: { reveal, salt },
  }
}
