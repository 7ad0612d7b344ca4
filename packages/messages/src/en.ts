// English: the catalogue that the others translate, and that says which parameters a message has.
import { notices } from './en/notices.ts'

export const en = { notices } as const
