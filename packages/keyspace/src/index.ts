// The entry of @registree/keyspace for other packages.

export * from './bytes.ts'
export { type CountPrefixRequest, countPrefix, type PrefixCount } from './count-prefix.ts'
export * from './display-key.ts'
export { childDirectory, MAX_PAGE } from './key-scan.ts'
export { InvalidCursorError, type LevelEntry, type LevelPage, type ListLevelRequest, listLevel } from './list-level.ts'
export * from './ordered-source.ts'
export { RangeKnowledge, type RangeKnowledgeOptions } from './range-knowledge.ts'
export { type ReadInterval, type ReadPage, type ReadPrefixRequest, readPrefix } from './read-prefix.ts'
export { type Interval, kindOf, listReadableLevel, Readable, wholePrefix } from './readable.ts'
export { parseRegistryKey, parseRegistryText, placeBelow, type RegistryKey, type SpecialKey } from './registry-key.ts'
export { withKeysOfSmallStore } from './small-store.ts'
