// The table of a custom resource: its definition's additionalPrinterColumns, as the API server evaluates them.
// Facts: apiextensions-apiserver pkg/registry/customresource/tableconvertor and pkg/apiserver/helpers.go.
import { objectAt, objectsAt, textAt } from '../value/fields.ts'
import { ExactNumber, type KubeObject, type KubeValue } from '../value/value.ts'
import { humanAge } from './age.ts'
import { type CellColumn, column, name, plainTable } from './columns.ts'
import { goPrint } from './go-print.ts'
import { evaluateJsonPath, parseJsonPath, readBy } from './json-path.ts'
import type { Cell, Column, ResourceTable } from './types.ts'

const TYPES: readonly string[] = ['string', 'integer', 'date', 'boolean', 'number'] satisfies Column['type'][]

/**
 * The table of a custom resource's objects of one version.
 * @param definition the CustomResourceDefinition as stored: apiextensions v1, or v1beta1 with columns per version or at the top level.
 */
export function customTable(definition: KubeObject, version: string): ResourceTable {
  const columns = printerColumns(definition, version).map(printerColumn)
  return plainTable([
    name,
    ...(columns.length > 0 ? columns : [printerColumn({ name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' })]),
  ])
}

function printerColumns(definition: KubeObject, version: string): KubeObject[] {
  const spec = objectAt(definition, 'spec')
  const of = objectsAt(spec, 'versions').find((each) => textAt(each, 'name') === version)
  const own = objectsAt(of, 'additionalPrinterColumns')
  return own.length > 0 ? own : objectsAt(spec, 'additionalPrinterColumns')
}

function printerColumn(definition: KubeObject): CellColumn {
  // v1 names it jsonPath, v1beta1 JSONPath.
  const source = textAt(definition, 'jsonPath') || textAt(definition, 'JSONPath')
  const declared = textAt(definition, 'type')
  const type = TYPES.includes(declared) ? (declared as Column['type']) : 'string'
  const path = parseJsonPath(source)
  const read = readBy(path)
  const format = textAt(definition, 'format')
  const priority = definition.priority
  return column(
    textAt(definition, 'name'),
    type,
    read === undefined ? undefined : [read],
    (object, context) => {
      const value = evaluateJsonPath(path, object)[0]
      return value === undefined ? null : printerCell(value, type, context.now)
    },
    {
      priority: typeof priority === 'number' ? priority : 0,
      ...(format === '' ? {} : { format }),
      description: 'error' in path ? `${source} is no JSONPath: ${path.error}` : textAt(definition, 'description') || source,
    },
  )
}

/** Only the first result counts; a value that does not match the column's type is an empty cell. */
function printerCell(value: KubeValue, type: Column['type'], now: Date | null): Cell {
  switch (type) {
    case 'string':
      return value === null ? '<no value>' : goPrint(value)
    case 'boolean':
      return typeof value === 'boolean' ? value : null
    case 'date':
      if (typeof value !== 'string') return null
      if (value === '' || value === 'null') return humanAge('', now)
      return RFC3339.test(value) && !Number.isNaN(Date.parse(value)) ? humanAge(value, now) : '<invalid>'
    case 'integer':
      if (typeof value === 'bigint') return String(value)
      return typeof value === 'number' ? Math.trunc(value) : value instanceof ExactNumber ? Math.trunc(Number(value.text)) : null
    case 'number':
      return typeof value === 'number' ? value : typeof value === 'bigint' || value instanceof ExactNumber ? String(value) : null
  }
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/
