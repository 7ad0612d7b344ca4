// In place of `compile.ts` in the pages: the build has compiled their catalogues.
import type { Compiled } from './compiled.ts'

export const compile = (pattern: unknown): Compiled => pattern as Compiled
