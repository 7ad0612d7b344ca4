// What a job needs of the server beside its input.
import type { Decryptor } from '@registree/kube'
import type { ValuePolicy } from '../decode-value.ts'

/** What every job is given beside its input: the same in a thread as in the server itself. */
export interface JobContext {
  decryptorOf(cluster: string): Decryptor
  policy: Pick<ValuePolicy, 'reveal' | 'salt'>
}
