// Going from change to change of a comparison, whatever form it has.

/** Goes to the next (1) or the previous (-1) change, and tells which of how many it is, from 1; null where there are none. */
export type ChangeWalk = (step: 1 | -1) => { at: number; total: number } | null

/** The place after a step, from 0; it goes around at the ends. `at` is -1 before the first step. */
export function stepFrom(at: number, step: 1 | -1, total: number): number {
  if (at < 0) return step === 1 ? 0 : total - 1
  return (at + step + total) % total
}
