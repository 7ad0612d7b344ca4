// Which states the changed fields of a v2 key are read at.
import type { CompareEntry, CompareStart } from '@registree/contract'
import { expect, test } from 'vitest'
import { type CompareSubject, fieldsQuery } from './queries.ts'

const side = (cluster: string, revision: string) => ({ cluster, origin: '', source: 'etcd' as const, revision, time: null })
const start: CompareStart = { type: 'start', left: side('a', '90'), right: side('b', '70'), relation: 'unknown' }
const subject = { keyspace: 'v2', member: '', withMember: '' } as CompareSubject
const entry: CompareEntry = {
  left: { key: '/net/x', modRevision: '12' },
  right: { key: '/net/x', modRevision: '71' },
  ...{ path: '/net', namespace: null, name: '/net/x', change: 'changed', noise: null, summary: [] },
}

test('the fields of a v2 key are those of the values that were compared', () => {
  const url = new URL(fieldsQuery(start, entry, subject).queryKey[2] ?? '', 'http://registree')
  expect(url.pathname).toBe('/api/v1/clusters/a/v2/diff')
  expect(Object.fromEntries(url.searchParams)).toEqual({ path: '/net/x', from: '12', to: '71', with: 'b' })
})
