// Steps from change to change in a comparison of either form.

/** Goes to the next (1) or previous (-1) change and returns its number, from 1, and the total; null if there are none. */
export type ChangeWalk = (step: 1 | -1) => { at: number; total: number } | null

/** The index after a step, from 0; wraps around. `at` is -1 before the first step. */
export function stepFrom(at: number, step: 1 | -1, total: number): number {
  if (at < 0) return step === 1 ? 0 : total - 1
  return (at + step + total) % total
}
