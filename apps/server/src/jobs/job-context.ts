// What a job needs of the server beside its input.
import type { Decryptor } from '@registree/kube'
import { openEncryption } from '../values/open-encryption.ts'

/** What every job is given beside its input: the same in a thread as in the server itself. What the request may see comes with the input. */
export interface JobContext {
  decryptorOf(cluster: string): Decryptor
}

/** What a thread makes its {@link JobContext} of. */
export interface JobSeed {
  /** Each cluster's encryption configuration by its name, as its YAML says it; null where there is none. Keys made of it do not cross threads. */
  encryption: ReadonlyMap<string, unknown>
}

export function jobContext({ encryption }: JobSeed): JobContext {
  const decryptors = new Map<string, Decryptor>()
  return {
    decryptorOf(cluster) {
      const known = decryptors.get(cluster) ?? openEncryption(cluster, encryption.get(cluster) ?? null)
      decryptors.set(cluster, known)
      return known
    },
  }
}
