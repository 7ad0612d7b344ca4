// Messages as the English catalogue says them: tests compare whole sentences.
import { type AnyMessage, writeUnchecked } from '@registree/messages'
import { flannel } from '@registree/messages/en/flannel'

export function inEnglish(says: AnyMessage | undefined): string {
  const text = says && writeUnchecked('en', flannel, [says])
  if (text == null) throw new Error(`no message for ${JSON.stringify(says)}`)
  return text
}
