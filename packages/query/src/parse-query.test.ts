// The grammar: every input has terms with their places, and what a search cannot use is an error at its position.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseQuery } from './parse-query.ts'
import { readSearch } from './search-conditions.ts'

const read = (text: string) => readSearch(parseQuery(text))
const conditions = (text: string) => read(text).conditions.map(({ from: _from, to: _to, ...condition }) => condition)

describe('parseQuery', () => {
  test('never throws, and terms lie in order within the text', () => {
    const pieces = fc.constantFrom(
      'a',
      '-',
      '"',
      ':',
      '=',
      '/',
      '\\',
      ' ',
      '*',
      'field:',
      'in (',
      'x,y)',
      '[',
      ']',
      '!',
      ',',
      'é',
      'size:>',
      '1',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces, { maxLength: 20 }).map((all) => all.join('')),
        ),
        (text) => {
          const { terms, faults } = parseQuery(text)
          let end = 0
          for (const { from, to } of terms) {
            expect(from).toBeGreaterThanOrEqual(end)
            expect(to).toBeGreaterThan(from)
            end = to
          }
          expect(end).toBeLessThanOrEqual(text.length)
          const search = readSearch({ terms, faults })
          for (const { from, to } of search.faults) expect(from >= 0 && from < to && to <= text.length).toBe(true)
          expect(search.conditions.length + search.faults.length).toBeGreaterThanOrEqual(terms.length)
        },
      ),
    )
  })

  test('quoting any text makes it one phrase', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 50 }), (text) => {
        const quoted = `"${text.replace(/[\\"]/g, '\\$&')}"`
        expect(parseQuery(`a ${quoted} b`).terms.map((term) => (term.type === 'text' ? term.text : null))).toEqual(['a', text, 'b'])
      }),
    )
  })

  test('a path is text, an expression between slashes is a pattern', () => {
    expect(parseQuery('/registry/pods/ /a b/i -/x\\/y/ /var').terms).toMatchObject([
      { type: 'text', text: '/registry/pods/', from: 0, to: 15 },
      { type: 'pattern', source: 'a b', ignoreCase: true, not: false, from: 16, to: 22 },
      { type: 'pattern', source: 'x\\/y', ignoreCase: false, not: true, from: 23, to: 30 },
      { type: 'text', text: '/var', from: 31, to: 35 },
    ])
  })
})

describe('a search', () => {
  test('reads every form', () => {
    expect(conditions('registry.example/shop -old "two words" app=web !canary kind:pod ns:shop name:=api key:/registry/*')).toMatchObject([
      { type: 'text', test: { how: 'contains', text: 'registry.example/shop' }, not: false },
      { type: 'text', text: 'old', not: true },
      { type: 'text', text: 'two words' },
      { type: 'label', key: 'app', values: ['web'], not: false },
      { type: 'label', key: 'canary', values: null, not: true },
      { type: 'place', what: 'kind', test: { how: 'equals', text: 'pod' } },
      { type: 'place', what: 'namespace', test: { how: 'contains', text: 'shop' } },
      { type: 'place', what: 'name', test: { how: 'equals', text: 'api' } },
      { type: 'place', what: 'key', test: { how: 'glob', text: '/registry/*' } },
    ])
    expect(
      conditions('size:>100KiB version:>1000 mod:>=42 age:<10m lease:694d77aa9e38260f lease:* encoding:json encrypted:yes'),
    ).toMatchObject([
      { what: 'size', operator: '>', value: 102_400n },
      { what: 'version', operator: '>', value: 1000n },
      { what: 'mod', operator: '>=', value: 42n },
      { what: 'age', operator: '<', value: 600_000n },
      { what: 'lease', operator: '=', value: 0x694d77aa9e38260fn },
      { what: 'lease', operator: '!=', value: 0n },
      { what: 'encoding', test: { how: 'contains', text: 'json' } },
      { type: 'encrypted', wanted: true },
    ])
    expect(
      conditions(
        'field:spec.containers[*].image=shop:* field:metadata.annotations["a.b/c"]!="x y" field:spec.replicas>3 field:spec.nodeName field:a[0].b~^x',
      ),
    ).toMatchObject([
      {
        type: 'field',
        path: [{ name: 'spec' }, { name: 'containers' }, 'every', { name: 'image' }],
        test: { how: 'glob', text: 'shop:*' },
      },
      { path: [{ name: 'metadata' }, { name: 'annotations' }, { name: 'a.b/c' }], test: { how: 'exact', text: 'x y' }, not: true },
      { path: [{ name: 'spec' }, { name: 'replicas' }], test: { how: 'order', operator: '>', text: '3' } },
      { path: [{ name: 'spec' }, { name: 'nodeName' }], test: null },
      { path: [{ name: 'a' }, { index: 0 }, { name: 'b' }], test: { how: 'pattern' } },
    ])
  })

  test('takes unknown names for text: images, addresses with ports, URLs', () => {
    expect(conditions('shop:v2 10.0.0.1:443 https://example.com/a')).toMatchObject([
      { type: 'text', text: 'shop:v2' },
      { type: 'text', text: '10.0.0.1:443' },
      { type: 'text', text: 'https://example.com/a' },
    ])
  })

  test.each([
    ['a "b c', 'quote-open', 2],
    ['a kind:', 'text-missing', 2],
    ['a /b(c/', 'pattern-group', 4],
    ['a -/b(c/', 'pattern-group', 5],
    ['size:>12parsecs', 'size', 5],
    ['a version:>x', 'number', 10],
    ['age:<soon', 'age', 4],
    ['lease:xyz', 'lease', 6],
    ['encrypted:maybe', 'yes-or-no', 10],
    ['field:spec.[=x', 'field-path', 11],
    ['field:spec.a~(x', 'pattern-group', 13],
    ['field:=x', 'field-path', 6],
    ['x '.repeat(40), 'terms-many', 64],
  ] as const)('%s: where it is wrong', (text, code, from) => {
    expect(read(text).faults[0]).toMatchObject({ code, from })
  })

  test('is not longer than anybody types', () => {
    expect(read('z'.repeat(3000)).faults[0]).toMatchObject({ code: 'query-long', from: 2000 })
  })
})
