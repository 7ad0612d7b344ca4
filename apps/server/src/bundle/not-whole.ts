// What a bundle must know of a value before it writes it: whether it is whole, and what in it did not decode.
import type { DecodedWire } from '@registree/contract'

type Told = Pick<DecodedWire, 'kind' | 'masked' | 'incomplete' | 'problems' | 'encryption'>

/** Places of an object that are named. */
const MOST_PLACES = 20

/** Why the value must not be written: applying the file would drop what is missing, or store a mask as content. Null if it is whole. */
export function whyNotWhole({ kind, masked, incomplete, problems }: Told): string | null {
  if (masked.length > 0) {
    const places = masked.map(({ path }) => path)
    if (kind === 'Secret' || places.includes('')) return 'its content is masked'
    const more = places.length > MOST_PLACES ? ` and ${places.length - MOST_PLACES} more` : ''
    return `part of its content is masked: ${places.slice(0, MOST_PLACES).join(', ')}${more}`
  }
  return incomplete ? (problems[0]?.message ?? 'it is too large') : null
}

/** Why there is no text of the value. */
export function whyNoText({ problems, encryption }: Told): string {
  return problems[0]?.message ?? encryption?.reason ?? 'it is no Kubernetes object that Registree knows'
}

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
