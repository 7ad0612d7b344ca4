// A path that is not an etcd backup is named for what it is, with what to do about it, and never delays the start.
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFile } from '../../testing/open-file.ts'
import { faultInWords } from './file-fault.ts'

const demo = fileURLToPath(new URL('../../../../../demo/cluster', import.meta.url))
let folder = ''
const at = (...parts: string[]) => path.join(folder, ...parts)
const said = (target: string) =>
  openFile(target).then(
    async (opened) => {
      await opened.close()
      return 'it was opened'
    },
    (error: Error) => error.message,
  )

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'registree-locate-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('archives made by real programs, also when named like a database', async () => {
  cpSync(path.join(demo, 'member/snap/db'), at('snapshot.db'))
  execFileSync('tar', ['cf', at('backup.tar.db'), '-C', folder, 'snapshot.db'])
  execFileSync('gzip', ['-k', at('snapshot.db')])
  expect(await said(at('backup.tar.db'))).toBe('backup.tar.db is nothing that etcd wrote: the file is a tar archive: unpack it first.')
  expect(await said(at('snapshot.db.gz'))).toBe(
    'snapshot.db.gz is nothing that etcd wrote: the file is compressed with gzip: unpack it first.',
  )
})

test('the SQLite database of k3s without etcd', async () => {
  writeFileSync(at('state.db'), Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8176, 1)]))
  expect(await said(at('state.db'))).toContain('the file is an SQLite database: k3s keeps its objects in one when it runs without etcd')
})

test('pipes, sockets and devices are refused at once', async () => {
  execFileSync('mkfifo', [at('pipe.db')])
  expect(await said(at('pipe.db'))).toMatch(/^it is a pipe \(FIFO\).*: write its content to a file first\.$/)
  expect(await said('/dev/zero')).toBe('it is a character device, not a file.')
  expect(await said('/dev/null')).toBe('it is a character device, not a file.')
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(at('socket'), resolve))
  expect(await said(at('socket'))).toContain('it is a socket: to read a running etcd, give its address with --endpoints')
  await new Promise((resolve) => server.close(resolve))
})

test('a pipe in place of a file of a data directory', async () => {
  mkdirSync(at('piped/member/snap'), { recursive: true })
  mkdirSync(at('piped/member/wal'))
  execFileSync('mkfifo', [
    at('piped/member/snap/db'),
    at('piped/member/snap/0000000000000002-0000000000000fa2.snap'),
    at('piped/member/wal/0000000000000000-0000000000000000.wal'),
  ])
  expect(await said(at('piped'))).toContain('The v3 keyspace cannot be read: it is a pipe (FIFO)')
})

test('symbolic links: followed to a file; a loop is reported as one', async () => {
  symlinkSync(demo, at('link'))
  expect(await said(at('link'))).toBe('it was opened')
  symlinkSync(at('a'), at('b'))
  symlinkSync(at('b'), at('a'))
  expect(await said(at('a'))).toBe('its symbolic links form a loop.')
  mkdirSync(at('dangling'))
  symlinkSync(at('nowhere'), at('dangling/db'))
  expect(await said(at('dangling'))).toContain('there is no such file or directory')
})

test('a directory or file without read permission', async () => {
  mkdirSync(at('closed/member'), { recursive: true })
  cpSync(path.join(demo, 'member/snap/db'), at('closed.db'))
  chmodSync(at('closed'), 0)
  chmodSync(at('closed.db'), 0)
  const root = process.getuid?.() === 0
  if (!root) {
    expect(await said(at('closed'))).toMatch(/^permission denied/)
    expect(await said(at('closed.db'))).toMatch(/^permission denied/)
    return
  }
  // Root can read everything, so another user has to try. It cannot read the sources either, so it only reports the codes.
  chmodSync(folder, 0o755)
  const script = `const { readdirSync, openSync } = require('node:fs'); for (const read of [() => readdirSync(process.argv[1]), () => openSync(process.argv[2])]) { try { read(); console.log('read') } catch (error) { console.log(error.code) } }`
  const { stdout } = spawnSync(process.execPath, ['-e', script, at('closed'), at('closed.db')], {
    uid: 65534,
    gid: 65534,
    cwd: '/',
    encoding: 'utf8',
  })
  const codes = stdout.split('\n').filter(Boolean)
  expect(codes).toEqual(['EACCES', 'EACCES'])
  for (const code of codes) expect(faultInWords(Object.assign(new Error(), { code }))).toMatch(/^permission denied/)
})

test('a directory above a data directory names the data directory', async () => {
  cpSync(demo, at('server/db/etcd'), { recursive: true })
  expect(await said(at('server'))).toBe(
    'server is nothing that etcd wrote: db is a directory, not a database. The data directory is below: db/etcd.',
  )
  expect(await said(at('server/db'))).toBe(
    'db is nothing that etcd wrote: the directory holds neither member/ nor snap/ nor db. The data directory is below: etcd.',
  )
  expect(await said(at('server/db/etcd'))).toBe('it was opened')
  mkdirSync(at('sqlite/db'), { recursive: true })
  writeFileSync(at('sqlite/db/state.db'), 'SQLite format 3\0')
  expect(await said(at('sqlite'))).toContain('There is db/state.db: k3s keeps its objects in this SQLite database')
  mkdirSync(at('nothing/at/all'), { recursive: true })
  expect(await said(at('nothing'))).toBe('nothing is nothing that etcd wrote: the directory holds neither member/ nor snap/ nor db.')
})

test('an empty file, and an unfinished one by etcdctl', async () => {
  writeFileSync(at('empty.db'), '')
  expect(await said(at('empty.db'))).toBe('empty.db is nothing that etcd wrote: the file is empty.')
  expect(existsSync(at('snapshot.db'))).toBe(true)
  cpSync(at('snapshot.db'), at('snapshot.db.part'))
  expect(await said(at('snapshot.db.part'))).toContain('has not finished')
})
