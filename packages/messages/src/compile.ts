// Reads an ICU message, with the parser that only the server, the build and tests need: pages get their messages compiled.
import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser'
import { type Compiled, PART, type Part } from './compiled.ts'

const known = new Map<string, Compiled>()

/** @throws where the pattern is not ICU, or uses what our messages have no need of: dates, times, skeletons, ordinals and offsets */
export function compile(pattern: string): Compiled {
  let compiled = known.get(pattern)
  if (compiled === undefined) {
    compiled = compilePattern(pattern)
    known.set(pattern, compiled)
  }
  return compiled
}

function compilePattern(pattern: string): Compiled {
  // No syntax in it: as most are.
  if (!/[{<']/.test(pattern)) return pattern
  const parts = partsOf(parse(pattern), null)
  return parts.every((part) => typeof part === 'string') ? parts.join('') : parts
}

/** @param counted the parameter that `#` stands for */
function partsOf(elements: readonly MessageFormatElement[], counted: string | null): Part[] {
  return elements.map((element): Part => {
    switch (element.type) {
      case TYPE.literal:
        return element.value
      case TYPE.argument:
        return [PART.text, element.value]
      case TYPE.pound:
        if (counted === null) throw new SyntaxError('# outside of a plural')
        return [PART.number, counted]
      case TYPE.number:
        if (element.style) throw new SyntaxError(`the number {${element.value}} has a style`)
        return [PART.number, element.value]
      case TYPE.plural:
        if (element.offset !== 0 || element.pluralType !== 'cardinal')
          throw new SyntaxError(`{${element.value}} is an ordinal or has an offset`)
        return [PART.plural, element.value, optionsOf(element.options, element.value)]
      case TYPE.select:
        return [PART.select, element.value, optionsOf(element.options, counted)]
      case TYPE.tag:
        return [PART.tag, element.value, partsOf(element.children, counted)]
      default:
        throw new SyntaxError(`{${element.value}} is a date or a time`)
    }
  })
}

function optionsOf(options: Readonly<Record<string, { value: MessageFormatElement[] }>>, counted: string | null): Record<string, Part[]> {
  return Object.fromEntries(Object.entries(options).map(([name, { value }]) => [name, partsOf(value, counted)]))
}
