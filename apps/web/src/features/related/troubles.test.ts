// What the line above an object shows: faults, notes, and "nothing found" only after everything was checked.
import type { RelatedHead, RelatedSection, RelatedSectionId, RelatedTrouble } from '@registree/contract'
import { describe, expect, it } from 'vitest'
import type { SectionAnswer } from './queries.ts'
import { isComplete, stateOf, troublesOf } from './troubles.ts'

const head = (more: Partial<RelatedHead> = {}): RelatedHead => ({
  type: 'head',
  revision: '1',
  kind: 'Deployment',
  apiVersion: 'apps/v1',
  namespace: 'shop',
  name: 'web',
  asOf: null,
  now: '2026-11-23T04:00:00Z',
  status: null,
  judged: [],
  sections: [{ id: 'children', costly: false }],
  exact: [],
  exactMore: 0,
  notice: null,
  ...more,
})
const section = (more: Partial<RelatedSection> = {}): RelatedSection => ({
  type: 'section',
  id: 'children',
  items: [],
  omitted: 0,
  notes: [],
  judged: [],
  containers: [],
  events: [],
  leases: [],
  looked: [],
  table: null,
  address: null,
  ...more,
})
const item = (more: Partial<RelatedSection['items'][number]> = {}): RelatedSection['items'][number] => ({
  depth: 0,
  how: '',
  relations: [],
  kind: 'Pod',
  namespace: 'shop',
  name: 'web-1',
  found: 'there',
  status: null,
  restarts: 0,
  created: null,
  trouble: null,
  ...more,
})
const answers = (...all: SectionAnswer[]) => new Map<RelatedSectionId, SectionAnswer>(all.map((one) => [one.id, one]))
const says = (severity: RelatedTrouble['severity'], text: string): RelatedTrouble => ({ severity, text, sentences: [] })

describe('troublesOf', () => {
  it('collects the troubles of the object, its parts and their states, the worst first and each once', () => {
    const found = troublesOf({
      head: head({ judged: [says('warning', 'own'), says('info', 'rolling out')] }),
      answers: answers(
        section({
          notes: [says('error', 'none'), says('info', 'an explanation')],
          items: [item({ trouble: says('error', 'missing') })],
          judged: [says('error', 'none'), says('info', 'restarted')],
        }),
      ),
    })
    expect(found.faults.map(({ text }) => text)).toEqual(['none', 'missing', 'own'])
    expect(found.remarks.map(({ text }) => text)).toEqual(['rolling out', 'restarted'])
  })
})

describe('isComplete', () => {
  const looked = { path: 'pods', namespace: 'shop', namePrefix: '', objects: 3, cut: false, unread: 0 }
  const failure = {
    type: 'failure' as const,
    id: 'children' as const,
    problem: { type: '', title: '', status: 504, code: 'SOURCE_TIMEOUT' as const, reason: 'stored-text' as const, params: { text: '' } },
  }
  it.each([
    ['everything was looked at', section({ looked: [looked] }), {}, true],
    ['a list was cut', section({ looked: [{ ...looked, cut: true }] }), {}, false],
    ['a value was not readable', section({ looked: [{ ...looked, unread: 1 }] }), {}, false],
    ['an object is encrypted', section({ items: [item({ found: 'encrypted' })] }), {}, false],
    ['a part failed', failure, {}, false],
    [
      'a costly part was not asked for',
      section(),
      {
        sections: [
          { id: 'children' as const, costly: false },
          { id: 'instances' as const, costly: true },
        ],
      },
      false,
    ],
    ['the object itself could not be read', section(), { notice: { text: 'It is encrypted.', sentences: [] } }, false],
  ])('%s', (_, answer, more, expected) => {
    expect(isComplete({ head: head(more), answers: answers(answer) })).toBe(expected)
  })
})

describe('stateOf', () => {
  it('tells whether anything reports its state', () => {
    expect(stateOf({ head: head(), answers: answers(section({ items: [item()] })) })).toEqual({ items: 1, stated: false })
    expect(stateOf({ head: head({ status: { text: 'Active', sentences: [], tone: 'ok' } }), answers: answers() })).toEqual({
      items: 0,
      stated: true,
    })
  })
})
