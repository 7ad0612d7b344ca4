// The exact times behind cells with an age: a table shows `5d`, the reader may need to know when.
import { isObject, objectAt, textAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { customTable } from './custom-table.ts'
import type { ResourceTable } from './types.ts'

/** RFC 3339 times by column index; columns without one are omitted. */
export type CellInstants = (object: KubeObject) => Record<number, string>

type Reader = (object: KubeObject) => string

/** By column name for built-in tables; each reads what its cell reads. */
const READERS: Record<string, Reader> = {
  Age: (object) => textAt(object, 'metadata', 'creationTimestamp'),
  'Created At': (object) => textAt(object, 'metadata', 'creationTimestamp'),
  'Last Seen': (event) =>
    objectAt(event, 'series')
      ? textAt(event, 'series', 'lastObservedTime')
      : textAt(event, 'lastTimestamp') || textAt(event, 'deprecatedLastTimestamp') || firstSeen(event),
  'First Seen': firstSeen,
  'Last Schedule': (object) => textAt(object, 'status', 'lastScheduleTime'),
  TimeAdded: (object) => textAt(object, 'spec', 'taint', 'timeAdded'),
}

function firstSeen(event: KubeObject): string {
  return textAt(event, 'firstTimestamp') || textAt(event, 'deprecatedFirstTimestamp') || textAt(event, 'eventTime')
}

/** @param crd with `version`, if the table is a custom resource's: then all its columns of type date count, whatever their names. */
export function cellInstants(table: ResourceTable, crd?: KubeObject, version = ''): CellInstants {
  if (crd) {
    // The same columns, read as text, return the times themselves.
    const dates = table.columns.flatMap((column, index) => (column.type === 'date' ? [index] : []))
    const asText = customTable(datesAsText(crd) as KubeObject, version)
    // Without columns the definition gets an Age, which is always a date.
    const standard = asText.columns.some((column) => column.type === 'date')
    return (object) => {
      const cells = standard ? undefined : asText.cells(object, { now: new Date(0) })
      return collect(dates, (index) => (cells ? String(cells[index] ?? '') : textAt(object, 'metadata', 'creationTimestamp')))
    }
  }
  const readers = table.columns.map((column) => (Object.hasOwn(READERS, column.name) ? READERS[column.name] : undefined))
  const indexes = readers.flatMap((reader, index) => (reader ? [index] : []))
  return (object) => collect(indexes, (index) => readers[index]?.(object) ?? '')
}

function collect(indexes: readonly number[], read: (index: number) => string): Record<number, string> {
  const found: Record<number, string> = {}
  for (const index of indexes) {
    const text = read(index)
    if (text !== '' && !Number.isNaN(Date.parse(text))) found[index] = text
  }
  return found
}

/** A copy of the definition with its date columns as strings. */
function datesAsText(value: KubeObject[string]): KubeObject[string] {
  if (Array.isArray(value)) return value.map(datesAsText)
  if (!isObject(value)) return value
  const copy: KubeObject = {}
  for (const key of ['spec', 'versions', 'additionalPrinterColumns', 'name', 'jsonPath', 'JSONPath', 'priority', 'format', 'type']) {
    if (!Object.hasOwn(value, key)) continue
    const member = value[key] as KubeObject[string]
    copy[key] = key === 'type' && member === 'date' ? 'string' : datesAsText(member)
  }
  return copy
}
