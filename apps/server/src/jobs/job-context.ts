// What a job needs of the server besides its input.
import type { Decryptor } from '@registree/kube'
import { openEncryption } from '../values/open-encryption.ts'

/** The context of every job, the same in a thread and in the server. The policy comes with the input. */
export interface JobContext {
  decryptorOf(cluster: string): Decryptor
}

/** What a thread creates its {@link JobContext} from. */
export interface JobSeed {
  /** Each cluster's encryption configuration by name, as parsed YAML; null if there is none. Keys made from it cannot be sent to threads. */
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
