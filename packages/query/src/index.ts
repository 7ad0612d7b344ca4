// The entry of @registree/query for other packages.
export { type AddressRange, mayHoldIPv4, meets, type ParseAddressRange } from './address.ts'
export { parseQuery } from './parse-query.ts'
export { PatternError } from './pattern/parse-pattern.ts'
export type { Fault, FaultCode, Query, Span, Term } from './query.ts'
export { fieldSelection, keyNeedle, type Needle, type RawRequirements, rawRequirements } from './raw-needles.ts'
export { readSearch, SEARCH_NAMES, type SearchCondition, type SearchQuery } from './search-conditions.ts'
export { type KeyFacts, type LineRanges, type MatchedLine, SearchMatcher, type ValueFacts, withoutMasks } from './search-matcher.ts'
export { type Remark, searchText } from './search-text.ts'
export {
  type Condition,
  columnsOfFilter,
  type Filter,
  type FilterRow,
  listFilter,
  matchRow,
  parseFilter,
  unknownColumns,
} from './table-filter.ts'
