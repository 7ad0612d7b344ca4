// Parses JSON text with exact numbers, for callers that have text instead of stored bytes.
import { Report } from '../value/report.ts'
import type { Problem } from '../value/types.ts'
import { type ParsedJson, parseJson } from './parse-json.ts'

/** Parses JSON text; a syntax error is returned as `error`, irregularities (duplicate keys, trailing text) in `problems`. Never throws. */
export function parseExactJson(text: string): ParsedJson & { problems: Problem[] } {
  const report = new Report()
  const parsed = parseJson(text, report)
  report.close()
  return { ...parsed, problems: report.problems }
}
