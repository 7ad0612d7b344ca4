// What of npm's output becomes a number, and what a person sees as it is.
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, test, vi } from 'vitest'
import { InstallProgress, npmInstall } from './npm-install.mjs'

const fetched = (name: string) => `npm http fetch GET 200 https://registry.example/${name}/-/${name}-1.0.0.tgz 12ms (cache miss)`

test('requests become numbers, each package once', () => {
  const progress = new InstallProgress(3)
  expect(progress.words(0.4)).toBe('looking, 0 s')
  expect(progress.take('npm http fetch GET 200 https://registry.example/vite 30ms (cache updated)')).toBe(false)
  expect(progress.words(1)).toBe('1 looked up, 1 s')
  expect([fetched('vite'), fetched('vite'), fetched('react')].map((line) => progress.take(line))).toEqual([false, false, false])
  expect(progress.words(12.9)).toBe('2 of 3 packages fetched, 12 s')
  progress.take('npm http cache https://registry.example/zod/-/zod-1.0.0.tgz 0ms (cache hit)')
  expect(progress.words(20)).toBe('3 packages fetched, unpacking, 20 s')
})

test.each(['npm error code ENOTFOUND', 'npm warn deprecated glob@7.2.3: no longer supported', 'added 336 packages in 19s'])(
  'a person sees: %s',
  (line) => {
    expect(new InstallProgress(1).take(line)).toBe(true)
  },
)

test('requests that failed are kept for when npm fails', () => {
  const progress = new InstallProgress(1)
  const lines = [
    'npm http fetch GET 404 https://registry.example/gone 30ms (cache skip)',
    'npm http fetch GET https://registry.example/vite attempt 1 failed with ECONNREFUSED',
  ]
  expect(lines.map((line) => progress.take(line))).toEqual([false, false])
  expect(progress.failed).toEqual(lines)
})

test.skipIf(process.platform === 'win32')('npm’s own errors come whole, and how it ended', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'registree-npm-'))
  const npm = join(directory, 'npm')
  await writeFile(
    npm,
    `#!/bin/sh\necho '${fetched('vite')}' >&2\necho 'npm http fetch GET 403 https://registry.example/vite 5ms' >&2\necho 'npm error code E403' >&2\necho 'npm error 403 Forbidden' >&2\nexit 3\n`,
  )
  await chmod(npm, 0o755)
  const said: string[] = []
  const errors = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0)
  vi.stubEnv('PATH', `${directory}${delimiter}${process.env.PATH}`)
  try {
    const out = new PassThrough() as unknown as NodeJS.WriteStream
    expect(await npmInstall({ cwd: directory, args: [], total: 1, out })).toMatchObject({ status: 3 })
    expect(said.join('')).toBe(
      'npm error code E403\nnpm error 403 Forbidden\n1 requests failed, the last of them:\nnpm http fetch GET 403 https://registry.example/vite 5ms\n',
    )
  } finally {
    errors.mockRestore()
    vi.unstubAllEnvs()
    await rm(directory, { recursive: true })
  }
})
