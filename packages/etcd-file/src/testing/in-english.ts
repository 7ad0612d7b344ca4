// Messages as the English catalogue says them: tests compare whole sentences.
import { type AnyMessage, writeUnchecked } from '@registree/messages'
import { files } from '@registree/messages/en/files'
import { notices } from '@registree/messages/en/notices'

export function inEnglish(says: AnyMessage | undefined): string {
  const text = says && writeUnchecked('en', { ...files, ...notices }, [says])
  if (text == null) throw new Error(`no message for ${JSON.stringify(says)}`)
  return text
}
