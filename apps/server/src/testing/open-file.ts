// Opens a file for a test as the server does: the last changed values are opened with the cluster's keys.
import { createDecryptor, type Decryptor } from '@registree/kube'
import { openFile as open } from '../sources/file/open-file.ts'
import type { OpenedCluster } from '../sources/source.ts'
import { openSmall } from '../values/open-stored.ts'

export function openFile(target: string, options: { decryptor?: Decryptor; now?: () => number } = {}): Promise<OpenedCluster> {
  const { decryptor = createDecryptor(null), now = Date.now } = options
  return open(target, { open: openSmall(decryptor), now })
}
