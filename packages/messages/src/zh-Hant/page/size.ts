// Sizes in bytes, in Traditional Chinese.
import type { Translation } from '../../catalogue.ts'
import type { size as english } from '../../en/page/size.ts'

export const size = { bytes: '{n, number} 位元組' } satisfies Translation<typeof english>
