// Every code that the contract lets an answer carry has a sentence in the English catalogue, which the other languages follow; and no sentence is without a code.
import {
  CONTAINER_CODES,
  ERROR_MESSAGE_CODES,
  FILE_CODES,
  FINALIZER_CODES,
  FINDING_CODES,
  FINDING_LINK_CODES,
  FLANNEL_CODES,
  NOTE_CODES,
  NOTICE_CODES,
  PROBLEM_CODES,
  QUERY_CODES,
  RELATED_CODES,
  RELATION_CODES,
  STATE_CODES,
} from '@registree/contract'
import { expect, test } from 'vitest'
import { en } from './en.ts'
import zhHans from './zh-Hans.ts'
import zhHant from './zh-Hant.ts'

const NOUNS = {
  errors: ERROR_MESSAGE_CODES,
  files: FILE_CODES,
  flannel: FLANNEL_CODES,
  notes: NOTE_CODES,
  notices: NOTICE_CODES,
  problems: PROBLEM_CODES,
  queries: QUERY_CODES,
  finalizers: FINALIZER_CODES,
  findings: [...FINDING_CODES, ...FINALIZER_CODES],
  findingLinks: FINDING_LINK_CODES,
  containers: CONTAINER_CODES,
  related: [...RELATED_CODES, ...CONTAINER_CODES, ...FINALIZER_CODES],
  relations: RELATION_CODES,
  states: STATE_CODES,
} as const

const sorted = (codes: readonly string[]) => [...codes].sort()

test.each(Object.entries(NOUNS))('the codes of %s', (noun, codes) => {
  for (const [language, catalogue] of Object.entries({ en, 'zh-Hans': zhHans, 'zh-Hant': zhHant }))
    expect(
      sorted(Object.keys(catalogue[noun as keyof typeof NOUNS])),
      `${noun} in src/${language} (received) and its codes in packages/contract/src/messages.ts (expected)`,
    ).toEqual(sorted([...new Set(codes)]))
})

test('a code means the same in every noun that has it', () => {
  const said = new Map<string, string>()
  const different = Object.keys(NOUNS).flatMap((noun) =>
    Object.entries<string>(en[noun as keyof typeof NOUNS]).filter(([code, sentence]) => {
      const before = said.get(code)
      said.set(code, sentence)
      // A relation is a label beside an object, and no sentence: nothing merges the two.
      return noun !== 'relations' && before !== undefined && before !== sentence
    }),
  )
  expect(different).toEqual([])
})
