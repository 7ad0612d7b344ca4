// Fills an ICU message in: plurals, numbers and lists by the rules of a language, and no digit of a number lost.
import { compile } from '#compile'
import { type Choice, PART, type Part } from './compiled.ts'
import type { Language } from './languages.ts'
import type { Params, Tags } from './params.ts'

type Value = string | number | bigint | Date | readonly string[]
type Values = Readonly<Record<string, Value>>
/** Makes what a tag encloses into an element of the page. */
type TagValues<P extends string, T> = Readonly<Record<Tags<P>, (children: (string | T)[]) => T>>

/**
 * The message `pattern` with its parameters.
 * @throws if a parameter is missing, which the types rule out
 */
export function format<const P extends string>(language: Language, pattern: P, params: Params<P>): string {
  return formatValues(language, pattern, params as Values)
}

/** The same, with the parts inside tags made into elements: `Read <link>the docs</link>`. */
export function formatParts<const P extends string, T>(
  language: Language,
  pattern: P,
  params: Params<P>,
  tags: TagValues<P, T>,
): (string | T)[] {
  const compiled = compile(pattern)
  if (typeof compiled === 'string') return [compiled]
  const made: (string | T)[] = []
  fill(made, rulesOf(language), compiled, params as Values, tags as Tagged<T>)
  return made
}

/** A message whose parameters came over the wire; null if one that the pattern needs is not there, or of another type. */
export function formatUnchecked(
  language: Language,
  pattern: string,
  params: Readonly<Record<string, string | number | readonly string[]>>,
): string | null {
  try {
    return formatValues(language, pattern, params)
  } catch {
    return null
  }
}

function formatValues(language: Language, pattern: string, params: Values): string {
  const compiled = compile(pattern)
  if (typeof compiled === 'string') return compiled
  const made: string[] = []
  fill(made, rulesOf(language), compiled, params, params as never)
  return made.join('')
}

interface Rules {
  language: Language
  numbers: Intl.NumberFormat
  plurals: Intl.PluralRules
  lists: Intl.ListFormat
}

const rulesByLanguage = new Map<Language, Rules>()

function rulesOf(language: Language): Rules {
  let rules = rulesByLanguage.get(language)
  if (rules === undefined) {
    rules = {
      language,
      numbers: new Intl.NumberFormat(language),
      plurals: new Intl.PluralRules(language),
      lists: new Intl.ListFormat(language, { type: 'conjunction' }),
    }
    rulesByLanguage.set(language, rules)
  }
  return rules
}

type Tagged<T> = Readonly<Record<string, (children: (string | T)[]) => T>>

/** Appends the parts to `made`, texts in a row as one. */
function fill<T>(made: (string | T)[], rules: Rules, parts: readonly Part[], values: Values, tags: Tagged<T>): void {
  for (const part of parts) {
    if (typeof part === 'string') {
      append(made, part)
      continue
    }
    switch (part[0]) {
      case PART.tag:
        made.push(elementOf(part[1], part[2], rules, values, tags))
        break
      case PART.text:
        append(made, textOf(rules, valueIn(values, part[1])))
        break
      case PART.number:
        append(made, rules.numbers.format(numberOf(valueIn(values, part[1]))))
        break
      default:
        fill(made, rules, chosen(part, rules, valueIn(values, part[1])), values, tags)
    }
  }
}

function elementOf<T>(tag: string, children: readonly Part[], rules: Rules, values: Values, tags: Tagged<T>): T {
  const element = tags[tag]
  if (typeof element !== 'function') throw new TypeError(`no element for <${tag}>`)
  const inner: (string | T)[] = []
  fill(inner, rules, children, values, tags)
  return element(inner)
}

/** The option of a plural or a select that the value calls for. */
function chosen([kind, , options]: Choice, rules: Rules, value: Value): readonly Part[] {
  const name = kind === PART.select ? textOf(rules, value) : pluralOf(rules, numberOf(value), options)
  return (Object.hasOwn(options, name) ? options[name] : options.other) ?? []
}

function append<T>(made: (string | T)[], text: string): void {
  const last = made.length - 1
  if (last >= 0 && typeof made[last] === 'string') made[last] += text
  else made.push(text)
}

function valueIn(values: Values, name: string): Value {
  const value = Object.hasOwn(values, name) ? values[name] : undefined
  if (value === undefined) throw new TypeError(`no value for {${name}}`)
  return value
}

const textOf = (rules: Rules, value: Value): string => (Array.isArray(value) ? listIn(rules, value) : String(value))

/** The option of an exact number, or the form that a language has for it. */
function pluralOf({ plurals }: Rules, number: number | bigint, options: object): string {
  const exact = `=${number}`
  return Object.hasOwn(options, exact) ? exact : plurals.select(Number(number))
}

/** An integer that came as text is a bigint where a double would round it. */
function numberOf(value: Value): number | bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value !== 'string' || !/^-?\d+$/.test(value)) throw new TypeError(`${JSON.stringify(value)} is not a decimal integer`)
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : BigInt(value)
}

function listIn({ language, lists }: Rules, items: readonly string[]): string {
  // Items with commas of their own would run into each other.
  if (items.length > 1 && items.some((item) => /[,，、] ?\S/.test(item))) return items.join(language.startsWith('zh') ? '；' : '; ')
  return lists
    .formatToParts(items)
    .map(({ type, value }, i) => (type === 'literal' ? apart(value, items[(i - 1) / 2] ?? '', items[(i + 1) / 2] ?? '') : value))
    .join('')
}

/** A Chinese word between Latin ones stands apart from them. */
function apart(word: string, before: string, after: string): string {
  if (!/^\p{Script=Han}+$/u.test(word)) return word
  return `${/[a-z0-9]$/i.test(before) ? ' ' : ''}${word}${/^[a-z0-9]/i.test(after) ? ' ' : ''}`
}
