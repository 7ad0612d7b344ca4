// What a bundle must know of a value before it writes it: whether it is whole, and what in it did not decode.
import type { DecodedWire } from '@registree/contract'
import { inEnglish, type NoteMessage } from '../messages/in-english.ts'

type Told = Pick<DecodedWire, 'kind' | 'masked' | 'incomplete' | 'problems' | 'encryption'>

/** Places of an object that are named. */
const MOST_PLACES = 20

/** Why the value must not be written: applying the file would drop what is missing, or store a mask as content. Null if it is whole. */
export function whyNotWhole({ kind, masked, incomplete, problems }: Told): NoteMessage | null {
  if (masked.length > 0) {
    const places = masked.map(({ path }) => path)
    if (kind === 'Secret' || places.includes('')) return { code: 'left-masked', params: {} }
    const [named, more] = [places.slice(0, MOST_PLACES).join(', '), Math.max(0, places.length - MOST_PLACES)]
    return { code: 'left-masked-parts', params: { paths: named, more } }
  }
  if (!incomplete) return null
  const [problem] = problems
  return problem === undefined ? { code: 'left-large', params: {} } : { code: 'left-problem', params: { why: problem.sentences } }
}

/** Why there is no text of the value. */
export function whyNoText({ problems, encryption }: Told): NoteMessage {
  const why = problems[0]?.sentences ?? encryption?.sentences ?? []
  return why.length > 0 ? { code: 'left-problem', params: { why } } : { code: 'left-no-object', params: {} }
}

/** The reason in English, for the file. */
export const leftOutText = (why: NoteMessage): string => inEnglish.any([why])

/** What did not decode in a value that is written. */
export interface Faults {
  problems: { path: string; severity: string; message: string }[]
  /** Their bytes are in the download of the stored bytes. */
  unknownFields: { path: string; number: number; wireType: number; size: number | null }[]
}

/** Null if everything decoded. */
export function faultsOf({ problems, unknownFields }: Pick<DecodedWire, 'problems' | 'unknownFields'>): Faults | null {
  if (problems.length === 0 && unknownFields.length === 0) return null
  return {
    problems: problems.map(({ path, severity, message }) => ({ path, severity, message })),
    unknownFields: unknownFields.map(({ path, number, wireType, size }) => ({ path, number, wireType, size })),
  }
}
