// Every copied command prints what it promises: run in sh and bash, against a real etcd with TLS, one with users, and files.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { startEtcd, type TestEtcd, type TestTls } from '../apps/server/src/sources/testing/etcd.ts'
import { makeCertificates } from '../apps/server/src/testing/certificates.ts'
import { keyLink, prefixLink, v2Link } from '../packages/contract/src/permalink.ts'
import { forget } from './support/forget.ts'
import { type Running, startServer } from './support/server.ts'

/** bash would read the user's startup files if its input is a socket. */
const SHELLS = { sh: [], bash: ['--norc', '--noprofile'] }

/** A command's output in each shell, with only PATH from this process's environment. */
function outputs(command: string, env: Record<string, string> = {}): Buffer[] {
  return Object.entries(SHELLS).map(([shell, flags]) =>
    execFileSync(shell, [...flags, '-c', command], { env: { PATH: process.env.PATH ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] }),
  )
}

const LABELS = {
  etcdctl: /^Copy the etcdctl command/,
  etcd: 'Copy the curl command that asks etcd',
  bytes: 'Copy the curl command for the stored bytes',
  curl: /^Copy the curl command (for what is shown|that lists)/,
}
type CommandName = keyof typeof LABELS

/** The commands beside the page's facts, copied by clicking. */
async function copied(page: Page): Promise<Partial<Record<CommandName, string>>> {
  const facts = page.getByRole('region', { name: 'Facts' })
  await expect(facts.getByRole('button', { name: LABELS.curl })).toBeVisible()
  const commands: Partial<Record<CommandName, string>> = {}
  for (const name of Object.keys(LABELS) as CommandName[]) {
    const button = facts.getByRole('button', { name: LABELS[name] })
    if ((await button.count()) === 0) continue
    await page.evaluate(() => navigator.clipboard.writeText(''))
    await button.click()
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).not.toBe('')
    commands[name] = await page.evaluate(() => navigator.clipboard.readText())
  }
  return commands
}

/** The lines of the value as shown on the page. */
async function shownText(page: Page): Promise<string> {
  const lines = page.locator('[data-value-editor]').locator('.cm-line')
  await expect(lines.first()).toBeVisible()
  // The page's remark about a line follows its text.
  const said = await page.locator('[data-value-editor]').locator('.cm-remark').allInnerTexts()
  const texts = await lines.allInnerTexts()
  return texts.map((line) => said.reduce((left, remark) => left.replace(remark, ''), line === '\n' ? '' : line)).join('\n')
}

const utf8 = (text: string) => new TextEncoder().encode(text)
const CONFIG_MAP = JSON.stringify({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'web', namespace: 'shop', annotations: { "it's/a.b": 'noted' } },
  data: { 'app.properties': 'colour=green', plain: 'text' },
})
const SECRET = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'db', namespace: 'shop' },
  data: { password: 'aHVudGVyMg==' },
})
const KEYS: [name: string, key: Uint8Array, value: string][] = [
  ['an object', utf8('/registry/configmaps/shop/web'), CONFIG_MAP],
  ['a Secret, whose exact size stays on the server', utf8('/registry/secrets/shop/db'), SECRET],
  ['a quote and a space', utf8("/registry/it's a $(key) `here`"), 'quoted\n'],
  ['a dash at its beginning', utf8('--help'), 'no option'],
  ['other letters', utf8('/registry/Schlüssel/日本'), 'text without an end of line'],
  ['what cannot be seen', utf8('/registry/a\u202eb\tc\n'), 'hidden\n\n'],
  ['bytes that are no text', Uint8Array.of(0x2f, 0xff, 0xc3, 0x28), 'bytes'],
  ['a NUL', Uint8Array.of(0x2f, 0x61, 0, 0x62), 'behind a NUL'],
  ['an empty value', utf8('/registry/empty'), ''],
  ['a binary value', utf8('/registry/binary'), '\0\u0001\uffff binary \0'],
]

test.describe('a live etcd with TLS', () => {
  let folder = ''
  let tls: TestTls
  let etcd: TestEtcd
  let server: Running
  // Each key is loaded from the server, in one tab that keeps no more than its files.
  let tab: Page
  test.beforeAll(async ({ browser }) => {
    tab = await browser.newPage()
    folder = mkdtempSync(join(tmpdir(), 'registree commands '))
    tls = makeCertificates(folder)
    etcd = await startEtcd({ tls })
    for (const [, key, value] of KEYS) put(key, value)
    for (let i = 0; i < 1100; i += 100) putMany(Array.from({ length: 100 }, (_, j) => `/many/${String(i + j).padStart(4, '0')}`))
    setV2('/kube-centos/network/config', '{"Network":"172.30.0.0/16"}')
    setV2("/odd/it's a key/value", 'odd value')
    setV2('/masked/secret', SECRET)
    server = await startServer([
      '--endpoints',
      etcd.endpoint,
      '--cacert',
      tls.cacert,
      '--cert',
      tls.cert,
      '--key',
      tls.key,
      '--name',
      'live',
    ])
  })
  test.afterEach(() => forget(tab))
  test.afterAll(async () => {
    await tab.close()
    await server?.stop()
    await etcd?.destroy()
    rmSync(folder, { recursive: true, force: true })
  })
  const curl = (...args: string[]) => execFileSync('curl', ['-fsS', '--cacert', tls.cacert, '--cert', tls.cert, '--key', tls.key, ...args])
  const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes as string).toString('base64')
  const post = (path: string, body: unknown) => curl(`${etcd.endpoint}${path}`, '-d', JSON.stringify(body))
  const put = (key: Uint8Array, value: string) => post('/v3/kv/put', { key: base64(key), value: base64(value) })
  const putMany = (keys: readonly string[]) =>
    post('/v3/kv/txn', { success: keys.map((key) => ({ requestPut: { key: base64(key), value: base64('x') } })) })
  const setV2 = (path: string, value: string) =>
    curl(`${etcd.endpoint}/v2/keys${encodeURI(path)}`, '-X', 'PUT', '--data-urlencode', `value=${value}`)

  for (const [name, key, value] of KEYS)
    test(`${name}: etcd and Registree print it`, async () => {
      await tab.goto(server.url + keyLink('live', key))
      const { curl: shown = '', ...stored } = await copied(tab)
      const fromEtcd = stored.etcdctl ?? stored.etcd ?? ''
      expect(fromEtcd).toContain(etcd.endpoint)
      expect(fromEtcd).toContain(tls.cacert)
      for (const printed of outputs(fromEtcd)) expect(printed.toString()).toBe(value)
      const inText = value !== '' && !value.includes('\0')
      const onScreen = inText ? await shownText(tab) : value
      for (const printed of outputs(shown)) expect(printed.toString().replace(/\n$/, '')).toBe(onScreen.replace(/\n$/, ''))
    })

  test('a directory: etcdctl lists all keys in it, Registree all children', async ({ page }) => {
    await page.goto(server.url + prefixLink('live', utf8('/many/')))
    const many = Array.from({ length: 1100 }, (_, i) => `/many/${String(i).padStart(4, '0')}`)
    const commands = await copied(page)
    for (const printed of outputs(commands.etcdctl ?? ''))
      expect(
        printed
          .toString()
          .split('\n')
          .filter((line) => line !== ''),
      ).toEqual(many)
    for (const printed of outputs(commands.curl ?? '')) expect(printed.toString()).toBe(`${many.join('\n')}\n`)
    await page.goto(server.url + prefixLink('live', utf8('/registry/')))
    const registry = ['configmaps/', 'secrets/', 'Schlüssel/', 'empty', 'binary'].map((name) => `/registry/${name}`)
    for (const printed of outputs((await copied(page)).curl ?? ''))
      expect(printed.toString().split('\n')).toEqual(expect.arrayContaining(registry))
  })

  test('v2: a value and a directory', async ({ page }) => {
    for (const [path, value] of [
      ['/kube-centos/network/config', '{"Network":"172.30.0.0/16"}'],
      ["/odd/it's a key/value", 'odd value'],
      ['/masked/secret', SECRET],
    ] as const) {
      await page.goto(server.url + v2Link('live', path))
      const commands = await copied(page)
      expect(commands.etcdctl).toContain(`--ca-file='${tls.cacert}'`)
      for (const printed of outputs(commands.etcdctl ?? '')) expect(printed.toString()).toBe(value)
      const onScreen = await shownText(page)
      for (const printed of outputs(commands.curl ?? '')) expect(printed.toString().replace(/\n$/, '')).toBe(onScreen)
    }
    await page.goto(server.url + v2Link('live', '/odd'))
    const commands = await copied(page)
    for (const command of [commands.etcdctl ?? '', commands.curl ?? ''])
      for (const printed of outputs(command)) expect(printed.toString()).toBe("/odd/it's a key/\n")
  })

  test('a field: jq prints its value, and kubectl’s path is escaped', async ({ page }) => {
    const key = KEYS[0]?.[1] as Uint8Array
    await page.goto(server.url + keyLink('live', key, { view: 'json' }))
    const json = (await copied(page)).curl ?? ''
    for (const [line, value, jsonpath] of [
      ['"app.properties"', 'colour=green', "-o jsonpath='{.data.app\\.properties}'"],
      [`"it's/a.b"`, 'noted', "-o jsonpath='{.metadata.annotations.it'\\''s/a\\.b}'"],
    ] as const) {
      await page.locator('[data-value-editor]').locator('.cm-line').filter({ hasText: line }).click()
      const tools = page.getByRole('toolbar', { name: 'Reading' })
      await tools.getByRole('button', { name: 'Copy the path as an option of kubectl get' }).click()
      await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(jsonpath)
      await tools.getByRole('button', { name: 'Copy the path as a filter of jq' }).click()
      await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/^jq -r/)
      const filter = await page.evaluate(() => navigator.clipboard.readText())
      for (const printed of outputs(`${json} | ${filter}`)) expect(printed.toString()).toBe(`${value}\n`)
    }
  })

  test('the tabs of a value that is not text', async ({ page }) => {
    const key = utf8('/registry/binary')
    await page.goto(server.url + keyLink('live', key, { view: 'problems' }))
    for (const printed of outputs((await copied(page)).curl ?? '')) expect(JSON.parse(printed.toString())).toHaveProperty('problems')
  })
})

test('a command names the user, and takes the password from ETCDCTL_PASSWORD or a prompt', async ({ page }) => {
  const etcd = await startEtcd()
  await etcd.ctl(['put', '/registry/key', 'for readers'])
  await etcd.ctl(['role', 'add', 'reader'])
  await etcd.ctl(['role', 'grant-permission', 'reader', 'read', '/registry/', '--prefix'])
  await etcd.ctl(['user', 'add', 'reader:s3cret'])
  await etcd.ctl(['user', 'grant-role', 'reader', 'reader'])
  await etcd.ctl(['user', 'add', 'root:root'])
  await etcd.ctl(['user', 'grant-role', 'root', 'root'])
  await etcd.ctl(['auth', 'enable'])
  const server = await startServer(['--endpoints', etcd.endpoint, '--user', 'reader:s3cret', '--name', 'live'])
  try {
    await page.goto(server.url + keyLink('live', utf8('/registry/key')))
    const commands = await copied(page)
    expect(commands.etcdctl).toContain('--user=reader ')
    expect(JSON.stringify(commands)).not.toContain('s3cret')
    for (const printed of outputs(commands.etcdctl ?? '', { ETCDCTL_PASSWORD: 's3cret' })) expect(printed.toString()).toBe('for readers')
    for (const printed of outputs(commands.curl ?? '')) expect(printed.toString()).toBe('for readers')
  } finally {
    await server.stop()
    await etcd.destroy()
  }
})

test('for a file commands ask Registree, never an etcd configured in the shell', async ({ page, request, baseURL }) => {
  for (const key of ['/registry/pods/shop/stuck-big', '/registry/ranges/serviceips']) {
    await page.goto(keyLink('demo', utf8(key), { view: 'yaml' }))
    const commands = await copied(page)
    expect(Object.keys(commands)).toEqual(['bytes', 'curl'])
    expect(commands.bytes).toContain(baseURL ?? '')
    const query = `key=${encodeURIComponent(key)}&rev=2298`
    const raw = await (await request.get(`/api/v1/clusters/demo/v3/raw?${query}`)).body()
    for (const printed of outputs(commands.bytes ?? '')) expect(printed.equals(raw)).toBe(true)
    const value = await (await request.get(`/api/v1/clusters/demo/v3/value?${query}&view=yaml`)).json()
    for (const printed of outputs(commands.curl ?? '')) expect(printed.toString()).toBe(value.decoded.shown.text)
  }
  await page.goto(keyLink('demo', utf8('/registry/ranges/serviceips')))
  for (const printed of outputs((await copied(page)).curl ?? '')) expect(JSON.parse(printed.toString())).toMatchObject({ used: '3' })
  await page.goto(v2Link('demo', '/kube-centos/network/subnets'))
  const list = await copied(page)
  expect(Object.keys(list)).toEqual(['curl'])
  for (const printed of outputs(list.curl ?? '')) expect(printed.toString().trim().split('\n')).toHaveLength(3)
})
