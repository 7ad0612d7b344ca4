// Compares every column of every built-in kind with what releases 1.20 to 1.38 of Kubernetes print.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { RESOURCES } from './resources.ts'
import { tableFor } from './table-for.ts'

/**
 * By kind and the first of `releases` that prints them so, its columns in order; `:w` marks those of `-o wide`, `/integer` a type other than string;
 * empty if the release no longer prints the kind. Read from `pkg/printers/internalversion/printers.go` of each release. Left out are
 * CSIStorageCapacity, which has a printer there that its storage does not use, and earlier columns of CSIDriver, which depended on feature gates.
 * Restarts of pods in 1.20 is an integer there, and here a string as in later releases.
 */
const { releases, tables }: { releases: number[]; tables: Record<string, Record<string, string>> } = JSON.parse(
  readFileSync(new URL('../../testdata/printed-columns.json', import.meta.url), 'utf8'),
)

function printedColumns(apiVersion: string, kind: string, minor: number): string {
  return tableFor(apiVersion, kind, undefined, minor)
    .columns.map(({ name, priority, type }) => `${name}${priority > 0 ? ':w' : ''}${type === 'string' ? '' : `/${type}`}`)
    .join('|')
}

describe('the columns of each release', () => {
  test.each(Object.entries(tables))('%s', (groupKind, changes) => {
    const [kind = '', group = ''] = groupKind.split('/').reverse()
    const resource = RESOURCES.find((each) => each.kind === kind && each.group === group && !each.custom)
    const newest = resource?.versions[0] ?? ''
    expect(newest, 'in the catalogue').not.toBe('')
    for (const minor of releases) {
      const since = releases.findLast((release) => release <= minor && changes[release] !== undefined)
      const printed = since === undefined ? '' : changes[since]
      if (printed !== '') expect(`1.${minor}: ${printedColumns(newest, kind, minor)}`).toBe(`1.${minor}: ${printed}`)
    }
  })

  test('of CSIStorageCapacity are those of kinds without a printer', () => {
    expect(printedColumns('storage.k8s.io/v1', 'CSIStorageCapacity', 37)).toBe('Name|Created At/date')
  })
})
