import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../value/value.ts'
import { tableFor } from './table-for.ts'

const context = { now: new Date('2026-11-23T12:00:00Z') }
const object: KubeObject = {
  apiVersion: 'example.org/v1',
  kind: 'Widget',
  metadata: { name: 'w', creationTimestamp: '2026-11-23T11:50:00Z' },
  spec: {
    size: 3,
    ratio: 2.5,
    on: true,
    text: 'a',
    until: '2026-11-23T12:30:00Z',
    tags: ['<b>', { z: 1, a: null }],
    nothing: null,
    large: 9007199254740993n,
  },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
}

function definition(columns: KubeObject[]): KubeObject {
  return { spec: { names: { plural: 'widgets' }, versions: [{ name: 'v1', additionalPrinterColumns: columns }] } }
}

function cell(type: string, jsonPath: string) {
  return tableFor('example.org/v1', 'Widget', definition([{ name: 'C', type, jsonPath }])).cells(object, context)[1]
}

describe('a custom resource', () => {
  test.each([
    ['string', '.spec.text', 'a'],
    ['string', '.spec.size', '3'],
    ['string', '.spec.on', 'true'],
    ['string', '.spec.large', '9007199254740993'],
    ['string', '.spec.tags', '["\\u003cb\\u003e",{"a":null,"z":1}]'],
    ['string', '.spec.tags[*]', '<b>'],
    ['string', '.spec.nothing', '<no value>'],
    ['string', '.spec.missing', null],
    ['string', '.spec.tags[9]', null],
    ['string', '.status.conditions[?(@.type=="Ready")].status', 'True'],
    ['string', 'no path', null],
    ['integer', '.spec.size', 3],
    ['integer', '.spec.ratio', 2],
    ['integer', '.spec.large', '9007199254740993'],
    ['integer', '.spec.text', null],
    ['number', '.spec.ratio', 2.5],
    ['boolean', '.spec.on', true],
    ['boolean', '.spec.text', null],
    ['date', '.metadata.creationTimestamp', '10m'],
    ['date', '.spec.until', '<invalid>'],
    ['date', '.spec.text', '<invalid>'],
    ['date', '.spec.size', null],
  ])('prints a %s column of %s', (type, path, expected) => {
    expect(cell(type, path)).toBe(expected)
  })

  test('has its columns per version, with priority, format and description', () => {
    const crd: KubeObject = {
      spec: {
        names: { plural: 'widgets' },
        versions: [
          {
            name: 'v1',
            additionalPrinterColumns: [
              { name: 'Size', type: 'integer', format: 'int32', jsonPath: '.spec.size', priority: 1, description: 'How big.' },
            ],
          },
          { name: 'v2', additionalPrinterColumns: [{ name: 'Text', type: 'string', jsonPath: '.spec.text' }] },
        ],
      },
    }
    expect(tableFor('example.org/v1', 'Widget', crd).columns[1]).toEqual({
      name: 'Size',
      type: 'integer',
      priority: 1,
      format: 'int32',
      description: 'How big.',
    })
    expect(tableFor('example.org/v2', 'Widget', crd).columns.map((column) => column.name)).toEqual(['Name', 'Text'])
    expect(tableFor('example.org/v3', 'Widget', crd).columns.map((column) => column.name)).toEqual(['Name', 'Age'])
  })

  test('has the columns of a v1beta1 definition, at the top level and with the path’s old name', () => {
    const crd: KubeObject = {
      spec: { versions: [{ name: 'v1' }], additionalPrinterColumns: [{ name: 'Size', type: 'integer', JSONPath: '.spec.size' }] },
    }
    const table = tableFor('example.org/v1', 'Widget', crd)
    expect(table.cells(object, context)).toEqual(['w', 3])
    expect(table.paths).toEqual(['.metadata.name', '.spec.size'])
  })

  test('names the fields it reads, or that it may read any', () => {
    const paths = (jsonPath: string) => tableFor('example.org/v1', 'Widget', definition([{ name: 'C', type: 'string', jsonPath }])).paths
    expect(paths('.status.conditions[?(@.type=="Ready")].status')).toEqual(['.metadata.name', '.status.conditions'])
    expect(paths('..status')).toBeUndefined()
  })

  test('says which path of the definition is invalid', () => {
    const table = tableFor('example.org/v1', 'Widget', definition([{ name: 'C', type: 'string', jsonPath: '.spec[' }]))
    expect(table.columns[1]?.description).toBe('.spec[ is no JSONPath: unterminated array')
  })

  test('may have a well-known kind’s name and its own definition', () => {
    const crd = definition([{ name: 'Version', type: 'string', jsonPath: '.spec.text' }])
    expect(tableFor('monitoring.coreos.com/v1', 'Prometheus', crd).columns.map((column) => column.name)).toEqual(['Name', 'Version'])
  })
})
