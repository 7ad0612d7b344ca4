// The package's entry: languages, and catalogues of ICU messages filled in for one of them.
export { type Catalogue, type Messages, messagesIn, type Translation } from './catalogue.ts'
export { format, formatParts, formatUnchecked } from './format.ts'
export { chooseLanguage, LANGUAGES, type Language } from './languages.ts'
export type { AnyMessage, MessageParams, NestedParams, Params, Tags } from './params.ts'
export { type MessageIn, writeSentences, writeUnchecked } from './sentences.ts'
