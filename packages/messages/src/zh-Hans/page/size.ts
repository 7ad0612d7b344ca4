// Sizes in bytes, in Simplified Chinese.
import type { Translation } from '../../catalogue.ts'
import type { size as english } from '../../en/page/size.ts'

export const size = { bytes: '{n, number} 字节' } satisfies Translation<typeof english>
