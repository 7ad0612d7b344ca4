// The smallest of some revisions.

/** At least one; `Math.min` does not accept 64-bit numbers. */
export function earliest(first: bigint, ...others: readonly bigint[]): bigint {
  let least = first
  for (const each of others) if (each < least) least = each
  return least
}
