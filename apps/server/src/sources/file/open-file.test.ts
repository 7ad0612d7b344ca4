// A file that changes while it is open: parts that cannot be read say so, the rest works, and the overview says what happened.
import { cp, mkdtemp, rename, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { get, getLines, testApp } from '../../testing/app.ts'
import { openFile } from '../../testing/open-file.ts'
import type { OpenedCluster } from '../source.ts'

const demo = fileURLToPath(new URL('../../../../../demo/cluster/member/snap/db', import.meta.url))
let folder = ''
let db = ''
let opened: OpenedCluster
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'registree-file-'))
  db = path.join(folder, 'backup.db')
  await cp(demo, db)
  opened = await openFile(db)
})
afterEach(async () => {
  await opened.close()
  await rm(folder, { recursive: true, force: true })
})

test('truncated: values behind the cut report it, names and status still work', async () => {
  const app = await testApp(opened)
  const keys = (await get(app, 'v3/children?prefix=/registry/pods/shop/')).json<{ children: { key: string }[] }>().children
  await truncate(db, 4096)
  const values = await Promise.all(keys.map(({ key }) => get(app, `v3/value?key=${encodeURIComponent(key)}`)))
  const refused = values.filter(({ status }) => status !== 200)
  expect(refused.length).toBeGreaterThan(0)
  for (const { json } of refused) {
    expect(json()).toMatchObject({
      code: 'SOURCE_CORRUPT',
      detail: expect.stringContaining('cut short since it was opened'),
      hint: expect.stringContaining('restart Registree'),
    })
  }
  expect((await get(app, 'v3/children?prefix=/registry/')).status).toBe(200)
  const lines = await getLines<{ type: string; problem?: object }>(app, 'findings').catch((error: Error) => error)
  expect(lines instanceof Error ? lines.message : JSON.stringify(lines.at(-1))).toContain('cut short')
  const status = await get(app, 'status')
  expect(status.json()).toMatchObject({
    v3: { revision: expect.any(String) },
    notices: expect.arrayContaining([expect.objectContaining({ level: 'error', message: expect.stringContaining('to 4,096') })]),
  })
  await app.close()
})

test('replaced: the opened file is shown, and the overview says so', async () => {
  const app = await testApp(opened)
  const before = (await get(app, 'v3/value?key=/registry/namespaces/shop')).json()
  expect((await get(app, 'status')).raw.toString()).not.toContain('since')
  await cp(demo, `${db}.new`)
  await truncate(`${db}.new`, 8192)
  await rename(`${db}.new`, db)
  expect((await get(app, 'v3/value?key=/registry/namespaces/shop')).json()).toEqual(before)
  expect(JSON.stringify((await get(app, 'status')).json().notices)).toContain('Another file is in this place')
  await app.close()
})

test('a failing disk: only the reads that fail report it', async () => {
  // The descriptor is closed, as after a lost mount.
  const app = await testApp(opened)
  const keys = (await get(app, 'v3/children?prefix=/registry/pods/shop/')).json<{ children: { key: string }[] }>().children
  await opened.close()
  const values = await Promise.all(keys.map(({ key }) => get(app, `v3/value?key=${encodeURIComponent(key)}`)))
  const refused = values.filter(({ status }) => status !== 200)
  expect(refused.length).toBeGreaterThan(0)
  for (const { json } of refused) expect(json()).toMatchObject({ code: 'SOURCE_CORRUPT', hint: expect.stringContaining('disk') })
  const status = await get(app, 'status')
  expect([status.status, JSON.stringify(status.json().notices)]).toEqual([200, expect.stringContaining('can no longer be looked at')])
  await app.close()
})
