// What the raw bytes of a value must hold for a search to match: whatever lacks it need not be decoded. Never narrower than the search itself.
import { type AddressRange, type ParseAddressRange, wildcardOf } from './address.ts'
import type { FieldStep } from './field-path.ts'
import { fold } from './fold.ts'
import type { PatternNode } from './pattern/parse-pattern.ts'
import type { SearchCondition, TextTest } from './search-conditions.ts'
import { addressOf } from './search-matcher.ts'

/** Text in the bytes, in lower case and ASCII; the bytes are compared without case. */
export interface Needle {
  text: string
  /** It could also be part of bytes that are shown in base64: not to be used for a kind of object that has such fields. */
  base64Like: boolean
  /** The condition may be met by the key instead: its index. */
  orKey: number | null
}

export interface RawRequirements {
  needles: Needle[]
  /** Every value must name an address that meets these. `orKey`: as of a needle. */
  addresses: { range: AddressRange; orKey: number }[]
}

/** Tells whether text in lower case may be shown although it is not in the bytes: names of protobuf fields, `true`, `null` … */
export type Synthesized = (text: string) => boolean

/** What all conditions together require. Conditions that nothing can be said about (negated ones, numbers, non-ASCII text) require nothing. */
export function rawRequirements(
  conditions: readonly SearchCondition[],
  synthesized: Synthesized,
  parseAddress: ParseAddressRange,
): RawRequirements {
  const requirements: RawRequirements = { needles: [], addresses: [] }
  for (const [index, condition] of conditions.entries()) {
    if (condition.not) continue
    const literals: { text: string; shown: boolean }[] = []
    let orKey: number | null = null
    if (condition.type === 'text') {
      orKey = index
      const range = condition.test.how === 'contains' ? addressOf(condition.text, parseAddress) : null
      if (range !== null) {
        if (range.family === 4) requirements.addresses.push({ range, orKey })
        continue
      }
      const wildcard = wildcardOf(condition.text)
      // Both forms of a host name end in the same labels.
      literals.push(...(wildcard === undefined ? literalsOf(condition.test, true) : [{ text: wildcard.slice(1), shown: true }]))
    } else if (condition.type === 'field') {
      literals.push(...(condition.test === null || condition.test.how === 'order' ? [] : literalsOf(condition.test, false)))
    } else if (condition.type === 'label') {
      literals.push({ text: condition.key, shown: false })
      if (condition.values?.length === 1) literals.push({ text: condition.values[0] as string, shown: false })
    }
    const best = literals
      .flatMap(({ text, shown }) => runsOf(text, shown))
      .filter((run) => run.length >= SHORTEST && !isNumberLike(run) && !synthesized(run))
      .sort((a, b) => worth(b) - worth(a))[0]
    if (best !== undefined) requirements.needles.push({ text: best, base64Like: /^[a-z0-9]+$/.test(best), orKey })
  }
  return requirements
}

/** Text in lower case and ASCII that every matching key contains; null if nothing can be said. */
export function keyNeedle(conditions: readonly SearchCondition[]): string | null {
  const runs = conditions.flatMap((condition) => {
    if (condition.not || condition.type !== 'place' || condition.what === 'kind' || condition.what === 'encoding') return []
    // A key that is not UTF-8 is shown with escapes.
    return literalsOf(condition.test, true).flatMap(({ text }) => runsOf(text, true))
  })
  const longest = runs.sort((a, b) => b.length - a.length)[0]
  return longest === undefined || longest.length < 2 ? null : longest
}

/** Shorter text is in nearly every value. */
const SHORTEST = 3

/** Text with a character that base64 lacks can be used for every kind. */
const worth = (run: string): number => run.length + (/^[a-z0-9]+$/.test(run) ? 0 : 100)

function literalsOf(test: TextTest, shown: boolean): { text: string; shown: boolean }[] {
  switch (test.how) {
    case 'glob':
      // The part before the first star is where the text begins; that of another may be anywhere.
      return test.text.split(/[*?]/).map((text) => ({ text, shown }))
    case 'pattern':
      return literalsIn(test.pattern.node).map((text) => ({ text, shown }))
    default:
      return [{ text: test.text, shown }]
  }
}

/** Characters that every encoding holds as they are, and that no form of display adds or changes. */
const RUN = /[a-z0-9._-]+/g

/**
 * The runs of a text that must be in the bytes as they are.
 * @param shown the text is searched in displayed lines, where an escape such as `\n` or `\u0085` may precede it: its letters are not in the bytes
 */
function runsOf(text: string, shown: boolean): string[] {
  const folded = fold(text)
  return [...folded.matchAll(RUN)].map(({ 0: run, index }) => {
    const mayBeEscape = shown && (index === 0 || folded[index - 1] === '\\')
    return mayBeEscape ? run.replace(/^(?:[xu]?[0-9a-f]{1,8}|[a-z0-9_])/, '') : run
  })
}

/** Numbers, times, durations and quantities are stored in other forms than they are shown; an IPv4 address (two dots) is stored as text. */
function isNumberLike(run: string): boolean {
  return /\d/.test(run) && /^[-0-9.tzehmsnukgpi]+$/.test(run) && (run.match(/\./g)?.length ?? 0) < 2
}

/** Texts that every match of a pattern contains. */
function literalsIn(node: PatternNode): string[] {
  const texts: string[] = []
  let current = ''
  const flush = () => {
    if (current !== '') texts.push(current)
    current = ''
  }
  const visit = (one: PatternNode): void => {
    const unit = one.type === 'chars' ? onlyUnit(one.set) : undefined
    if (unit !== undefined) current += String.fromCharCode(unit)
    else if (one.type === 'sequence') one.parts.forEach(visit)
    else if (one.type === 'repeat' && one.least > 0) {
      flush()
      visit(one.part)
      flush()
    } else flush()
  }
  visit(node)
  flush()
  return texts
}

/** The one character of a set without regard to case, if it is ASCII. */
function onlyUnit(set: readonly (readonly [number, number])[]): number | undefined {
  const units = new Set<number>()
  for (const [from, to] of set) {
    if (from !== to || from > 127) return undefined
    units.add(from >= 65 && from <= 90 ? from + 32 : from)
  }
  return units.size === 1 ? [...units][0] : undefined
}

/** Whether a condition on a field could be tested by these fields alone; the paths for a decoder, as `.spec.containers`. */
export function fieldSelection(conditions: readonly SearchCondition[]): string[] | null {
  const paths: string[] = []
  for (const condition of conditions) {
    if (condition.type === 'label') paths.push('.metadata.labels')
    else if (condition.type === 'field') {
      const path = selectionPath(condition.path)
      if (path === null) return null
      paths.push(path)
    } else return null
  }
  return paths.length === 0 ? null : paths
}

function selectionPath(steps: readonly FieldStep[]): string | null {
  let path = ''
  for (const step of steps) {
    // It may be a member of an object, whose name is not known here.
    if (step === 'every' || 'index' in step) break
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(step.name)) break
    path += `.${step.name}`
  }
  return path === '' ? null : path
}
