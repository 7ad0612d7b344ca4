// Compares masked texts by the sizes and digests in their placeholders.
import { PLACEHOLDER } from '../value/placeholder.ts'
import type { MaskedVerdict } from './types.ts'

interface Placeholder {
  size: number | null
  digest: string | null
}

/**
 * Compares two masked texts. `same`: nothing changed. `visible`: the texts differ outside of their placeholders.
 * @param samePlace whether both are at the same path of one key, list indexes included. Digests are made with the path, so different digests at
 * different paths mean nothing.
 */
export function compareMasked(left: string, right: string, samePlace: boolean): MaskedVerdict | 'same' | 'visible' {
  const [a, b] = [split(left), split(right)]
  if (a.rest !== b.rest || a.masked.length !== b.masked.length) return 'visible'
  let verdict: MaskedVerdict | 'same' = 'same'
  for (const [i, one] of a.masked.entries()) {
    const each = compareOne(one, b.masked[i] as Placeholder, samePlace)
    if (each === 'length-differs') return each
    if (each === 'different' || verdict === 'same') verdict = each === 'same' ? verdict : each
  }
  return verdict
}

function compareOne(left: Placeholder, right: Placeholder, samePlace: boolean): MaskedVerdict | 'same' {
  if (left.size !== right.size) return 'length-differs'
  if (left.digest === null) return 'undecided'
  if (left.digest === right.digest) return 'same'
  return samePlace ? 'different' : 'undecided'
}

function split(text: string): { rest: string; masked: Placeholder[] } {
  const masked: Placeholder[] = []
  const rest = text.replace(PLACEHOLDER, (_all, size?: string, digest?: string) => {
    masked.push({ size: size === undefined ? null : Number(size), digest: digest ?? null })
    return '\0'
  })
  return { rest, masked }
}
