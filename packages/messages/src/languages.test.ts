// Every language says every message, with the parameters and tags that the English one has.
import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser'
import { describe, expect, it, test } from 'vitest'
import type { Catalogue } from './catalogue.ts'
import { en } from './en.ts'
import { chooseLanguage, LANGUAGES, type Language } from './languages.ts'
import zhHans from './zh-Hans.ts'
import zhHant from './zh-Hant.ts'

const catalogues: Record<Language, Catalogue> = { en, 'zh-Hans': zhHans, 'zh-Hant': zhHant }
const translations = Object.entries(catalogues).filter(([language]) => language !== 'en')

/** Every message by the path of its names. */
function messages(catalogue: Catalogue, path = ''): [path: string, pattern: string][] {
  return Object.entries(catalogue).flatMap(([name, inner]) =>
    typeof inner === 'string' ? [[`${path}${name}`, inner] as [string, string]] : messages(inner, `${path}${name}.`),
  )
}

/** What a message takes: `n` for a text, `n:number` for what is a number, `<link>` for a tag, `kind:select(pod,node)`. */
function takes(elements: MessageFormatElement[]): string[] {
  return elements.flatMap((element) => {
    switch (element.type) {
      case TYPE.literal:
      case TYPE.pound:
        return []
      case TYPE.argument:
        return [element.value]
      case TYPE.plural:
        return [`${element.value}:number`, ...Object.values(element.options).flatMap(({ value }) => takes(value))]
      case TYPE.number:
        return [`${element.value}:number`]
      case TYPE.select:
        return [
          `${element.value}:select(${Object.keys(element.options).sort().join(',')})`,
          ...Object.values(element.options).flatMap(({ value }) => takes(value)),
        ]
      case TYPE.tag:
        return [`<${element.value}>`, ...takes(element.children)]
      default:
        return [`${element.value}:${TYPE[element.type]}`]
    }
  })
}

const taken = (pattern: string) => [...new Set(takes(parse(pattern)))].sort()

test('every pattern is ICU MessageFormat', () => {
  const broken = Object.entries(catalogues).flatMap(([language, catalogue]) =>
    messages(catalogue).flatMap(([path, pattern]) => {
      try {
        parse(pattern)
        return []
      } catch (error) {
        return [`${language} ${path}: ${String(error)}`]
      }
    }),
  )
  expect(broken).toEqual([])
})

describe.each(translations)('%s', (_, catalogue) => {
  it('has the messages of the English catalogue, and no others', () => {
    expect(
      messages(catalogue)
        .map(([path]) => path)
        .sort(),
    ).toEqual(
      messages(en)
        .map(([path]) => path)
        .sort(),
    )
  })

  it('takes the parameters and tags that the English messages take', () => {
    const english = new Map(messages(en))
    const different = messages(catalogue).flatMap(([path, pattern]) => {
      const [there, here] = [taken(english.get(path) ?? ''), taken(pattern)]
      return there.join(' ') === here.join(' ') ? [] : [{ path, english: there, translation: here }]
    })
    expect(different).toEqual([])
  })

  it('uses full-width punctuation beside Chinese characters', () => {
    expect(
      messages(catalogue).filter(([, pattern]) => /\p{Script=Han}[,;:!?()]|[,;:!?()]\p{Script=Han}|\p{Script=Han}\.(\s|$)/u.test(pattern)),
    ).toEqual([])
  })
})

test('the language of a reader is the first preferred one that Registree speaks', () => {
  const chosen: [string[], Language][] = [
    [['de-AT', 'en-GB', 'zh-TW'], 'en'],
    [['de', 'zh-TW', 'en'], 'zh-Hant'],
    [['zh-HK'], 'zh-Hant'],
    [['zh-MO'], 'zh-Hant'],
    [['zh-Hant-CN'], 'zh-Hant'],
    [['zh'], 'zh-Hans'],
    [['zh-CN'], 'zh-Hans'],
    [['zh-SG'], 'zh-Hans'],
    [['de', 'fr'], 'en'],
    [['not a tag', 'zh-CN'], 'zh-Hans'],
    [[], 'en'],
  ]
  expect(chosen.map(([preferred]) => chooseLanguage(preferred))).toEqual(chosen.map(([, language]) => language))
  expect(Object.keys(LANGUAGES)).toEqual(Object.keys(catalogues))
})
