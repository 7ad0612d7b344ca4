// Compares every table with the answers of a kube-apiserver 1.20.2 for the same objects, cell by cell.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decode } from '../decode/decode.ts'
import { decodeFields } from '../decode/decode-fields.ts'
import { integerAt, objectAt, textAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { RESOURCES } from './resources.ts'
import { tableFor } from './table-for.ts'
import type { Cell, Column } from './types.ts'

/** A table as sent by the server, with the stored values of its rows. */
interface ServerTable {
  file: string
  columns: Column[]
  rows: Cell[][]
  values: Uint8Array[]
}

interface Difference {
  reason: string
  /** Columns whose type changed. */
  retyped?: string[]
  /** A column with different text; `same` tells whether the cells have the same meaning. */
  cell?: { column: string; same(server: Cell, ours: Cell, object: KubeObject): boolean }
}

/** All differences from Kubernetes 1.20: corrections of later releases, which are shown for every release. */
const DIFFERENCES: Record<string, Difference[]> = {
  pods: [
    {
      reason: 'Kubernetes 1.22 made Restarts a text that says when the last one was',
      retyped: ['Restarts'],
      cell: { column: 'Restarts', same: (server, ours) => new RegExp(`^${server}( \\(\\S+ ago\\))?$`).test(String(ours)) },
    },
  ],
  events: [
    {
      reason: 'Kubernetes 1.23 removed an extra 1 from the count of a series (pull request 105009)',
      cell: {
        column: 'Count',
        same: (server, ours, object) =>
          objectAt(object, 'series') !== undefined && ours === integerAt(object, 'series', 'count') && server === ours + 1,
      },
    },
  ],
}

/** The release of the server. */
const MINOR = 20

const resourceOf = (file: string) => file.replace('.json', '').split('__')[1] as string

/** When the tables were captured, in seconds relative to the noted time: those of the core group at it, the others before. */
function moments(file: string, capturedAt: number): number[] {
  const [from, to] = file.startsWith('v1__') ? [-0.5, 0.75] : [-46, -45]
  const list: number[] = []
  for (let seconds = from; seconds <= to; seconds += 0.25) list.push(capturedAt + seconds * 1000)
  return list
}

function sameCell(differences: Difference[], column: string, server: Cell, ours: Cell, object: KubeObject): boolean {
  if (server === ours) return true
  return differences.some(({ cell }) => cell?.column === column && cell.same(server, ours, object))
}

function compare(server: ServerTable, capturedAt: number, definitions: KubeObject[]): void {
  const resource = resourceOf(server.file)
  const differences = DIFFERENCES[resource] ?? []
  const known = RESOURCES.find((each) => each.resource === resource)
  expect(known, `${resource} is in the catalogue`).toBeDefined()
  const objects = server.values.map((value) => decode(value).object as KubeObject)
  const definition = definitions.find((each) => textAt(each, 'spec', 'names', 'plural') === resource)
  const stored = objects[0]
  const table = tableFor(textAt(stored, 'apiVersion') || (known?.versions[0] ?? ''), known?.kind ?? '', definition, MINOR)

  const names = table.columns.map((column) => column.name)
  expect(names).toEqual(server.columns.map((column) => column.name))
  const retyped = differences.flatMap((difference) => difference.retyped ?? [])
  for (const column of server.columns) {
    const ours = table.columns.find((each) => each.name === column.name)
    expect({ name: column.name, priority: ours?.priority, format: ours?.format ?? '' }).toEqual({
      name: column.name,
      priority: column.priority,
      format: column.format,
    })
    expect(ours?.type !== column.type).toBe(retyped.includes(column.name))
  }

  let closest: string[] | undefined
  for (const moment of moments(server.file, capturedAt)) {
    const wrong: string[] = []
    for (const [index, row] of server.rows.entries()) {
      const object = objects[index] as KubeObject
      const cells = table.cells(object, { now: new Date(moment) })
      expect(cells).toHaveLength(table.columns.length)
      for (const [at, column] of names.entries()) {
        const ours = cells[at] as Cell
        if (!sameCell(differences, column, row[at] as Cell, ours, object))
          wrong.push(
            `${textAt(object, 'metadata', 'name')} ${column}: the server has ${JSON.stringify(row[at])}, we ${JSON.stringify(ours)}`,
          )
      }
    }
    if (closest === undefined || wrong.length < closest.length) closest = wrong
    if (wrong.length === 0) break
  }
  expect(closest).toEqual([])

  // The cells read nothing outside the paths.
  for (const [index, value] of server.values.entries()) {
    if (table.paths === undefined) break
    const context = { now: new Date(capturedAt) }
    const selected = decodeFields(value, table.paths).object as KubeObject
    expect(table.cells(selected, context)).toEqual(table.cells(objects[index] as KubeObject, context))
  }
}

const fromBase64 = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'))

describe('a few rows of every table', () => {
  const kept = JSON.parse(readFileSync(new URL('../../testdata/tables/server-tables.json', import.meta.url), 'utf8')) as {
    capturedAt: string
    definitions: string[]
    tables: { file: string; columns: Column[]; rows: Cell[][]; values: string[] }[]
  }
  const definitions = kept.definitions.map((value) => decode(fromBase64(value)).object as KubeObject)
  test.each(kept.tables)('$file', (table) => {
    compare({ ...table, values: table.values.map(fromBase64) }, Date.parse(kept.capturedAt), definitions)
  })
})

const fixtures = new URL('../../../../../shared/fixtures/kube-1.20/', import.meta.url)

if (!existsSync(fixtures)) console.warn(`skipped: the whole tables of kube-1.20, because ${fixtures.pathname} is not there`)

describe.skipIf(!existsSync(fixtures))('every row of every table of kube-1.20', () => {
  const stored = existsSync(fixtures) ? storedValues() : []
  const capturedAt = existsSync(fixtures) ? Date.parse(readFileSync(new URL('tables-captured-at.txt', fixtures), 'utf8').trim()) : 0
  const files = existsSync(fixtures) ? readdirSync(new URL('tables/', fixtures)) : []
  const definitions = stored
    .filter(({ key }) => key.includes('/customresourcedefinitions/'))
    .map(({ value }) => decode(value).object as KubeObject)

  test('there are tables', () => {
    expect(files.length).toBeGreaterThan(70)
  })

  test.each(files)('%s', (file) => {
    const answer = JSON.parse(readFileSync(new URL(`tables/${file}`, fixtures), 'utf8')) as {
      columnDefinitions: Column[]
      rows: { cells: Cell[] }[] | null
    }
    const directory = `/registry/${RESOURCES.find((each) => each.resource === resourceOf(file))?.path}/`
    const values = stored.filter(({ key }) => key.startsWith(directory)).map(({ value }) => value)
    // The server lists in key order, but sorts these by precedence.
    if (resourceOf(file) === 'flowschemas') values.sort((a, b) => precedence(a) - precedence(b))
    const rows = (answer.rows ?? []).map((row) => row.cells)
    expect(values).toHaveLength(rows.length)
    compare({ file, columns: answer.columnDefinitions, rows, values }, capturedAt, definitions)
  })
})

function precedence(value: Uint8Array): number {
  return integerAt(decode(value).object, 'spec', 'matchingPrecedence') ?? 0
}

/** etcd's content when after.db was saved, in key order. */
function storedValues(): { key: string; value: Uint8Array }[] {
  const answer = JSON.parse(readFileSync(new URL('etcdctl-get-all-after.json', fixtures), 'utf8')) as {
    kvs: { key: string; value: string }[]
  }
  return answer.kvs.map((kv) => ({ key: Buffer.from(kv.key, 'base64').toString(), value: fromBase64(kv.value) }))
}
