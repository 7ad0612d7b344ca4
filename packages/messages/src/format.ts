// Fills an ICU message in: plurals, numbers and lists by the rules of a language, and no digit of a number lost.
import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser'
import { IntlMessageFormat } from 'intl-messageformat'
import type { Language } from './languages.ts'
import type { Params, Tags } from './params.ts'

type Value = string | number | bigint | Date | readonly string[]
type Values = Readonly<Record<string, Value>>
/** Makes what a tag encloses into an element of the page. */
type TagValues<P extends string, T> = Readonly<Record<Tags<P>, (children: (string | T)[]) => T>>

interface Compiled {
  message: IntlMessageFormat
  /** The parameters that are numbers. */
  numbers: ReadonlySet<string>
}

const compiledByLanguage = new Map<string, Map<string, Compiled>>()
const lists = new Map<string, Intl.ListFormat>()

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
  const { message, numbers } = compiled(language, pattern)
  const made = message.format<T>({ ...prepared(language, params as Values, numbers), ...(tags as object) } as never)
  return (Array.isArray(made) ? made : [made]) as (string | T)[]
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

function formatValues(language: string, pattern: string, params: Values): string {
  const { message, numbers } = compiled(language, pattern)
  return String(message.format(prepared(language, params, numbers) as never))
}

function compiled(language: string, pattern: string): Compiled {
  let known = compiledByLanguage.get(language)
  if (known === undefined) {
    known = new Map()
    compiledByLanguage.set(language, known)
  }
  let one = known.get(pattern)
  if (one === undefined) {
    const numbers = new Set<string>()
    const elements = exact(parse(pattern), null, numbers)
    one = { message: new IntlMessageFormat(elements, language), numbers }
    known.set(pattern, one)
  }
  return one
}

/** `#` rounds what a double cannot hold, `{n, number}` does not: so each `#` becomes the number that it stands for. */
function exact(elements: MessageFormatElement[], counted: string | null, numbers: Set<string>): MessageFormatElement[] {
  return elements.map((element): MessageFormatElement => {
    switch (element.type) {
      case TYPE.pound:
        return counted === null ? element : { type: TYPE.number, value: counted }
      case TYPE.number:
        numbers.add(element.value)
        return element
      case TYPE.plural:
        numbers.add(element.value)
        return { ...element, options: mapOptions(element.options, (value) => exact(value, element.value, numbers)) }
      case TYPE.select:
        return { ...element, options: mapOptions(element.options, (value) => exact(value, counted, numbers)) }
      case TYPE.tag:
        return { ...element, children: exact(element.children, counted, numbers) }
      default:
        return element
    }
  })
}

function mapOptions<O extends { value: MessageFormatElement[] }>(
  options: Record<string, O>,
  change: (value: MessageFormatElement[]) => MessageFormatElement[],
): Record<string, O> {
  return Object.fromEntries(Object.entries(options).map(([name, option]) => [name, { ...option, value: change(option.value) }]))
}

/** Lists joined, and integers that came as text as numbers: as bigints where a double would round them. */
function prepared(language: string, params: Values, numbers: ReadonlySet<string>): Record<string, Value> {
  const values: Record<string, Value> = {}
  for (const [name, value] of Object.entries(params)) {
    if (Array.isArray(value)) values[name] = listIn(language, value)
    else if (numbers.has(name)) values[name] = integer(value as Value)
    else values[name] = value
  }
  return values
}

function integer(value: Value): Value {
  if (typeof value !== 'string') return value
  if (!/^-?\d+$/.test(value)) throw new TypeError(`${JSON.stringify(value)} is not a decimal integer`)
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : BigInt(value)
}

function listIn(language: string, items: readonly string[]): string {
  // Items with commas of their own would run into each other.
  if (items.length > 1 && items.some((item) => /[,，、] ?\S/.test(item))) return items.join(language.startsWith('zh') ? '；' : '; ')
  let list = lists.get(language)
  if (list === undefined) {
    list = new Intl.ListFormat(language, { type: 'conjunction' })
    lists.set(language, list)
  }
  return list
    .formatToParts(items)
    .map(({ type, value }, i) => (type === 'literal' ? apart(value, items[(i - 1) / 2] ?? '', items[(i + 1) / 2] ?? '') : value))
    .join('')
}

/** A Chinese word between Latin ones stands apart from them. */
function apart(word: string, before: string, after: string): string {
  if (!/^\p{Script=Han}+$/u.test(word)) return word
  return `${/[a-z0-9]$/i.test(before) ? ' ' : ''}${word}${/^[a-z0-9]/i.test(after) ? ' ' : ''}`
}
