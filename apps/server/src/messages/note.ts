// A remark on the wire: English text, and the same as a code.
import type { Note } from '@registree/contract'
import type { Resource } from '@registree/kube'
import { inEnglish, type NoteMessage } from './in-english.ts'

export const noteOf = (says: NoteMessage): Note => ({ text: inEnglish.any([says]), sentences: [says] })

/** Why the directory of a resource is called so, or what became of it; null if there is nothing to say. */
export const noteOfResource = ({ note }: Resource): Note | null =>
  note === undefined ? null : noteOf({ code: note, params: {} } as NoteMessage)
