// The exact texts offered for copying; e2e/commands.spec.ts proves that the commands print what they promise.
import type { EtcdConnection } from '@registree/contract'
import { expect, test } from 'vitest'
import { curl, type Target, v2Copies, v3Copies, v3DirectoryCopies } from './commands.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const origin = 'http://127.0.0.1:7979'
const plain: EtcdConnection = {
  endpoints: ['http://127.0.0.1:2379'],
  cacert: null,
  cert: null,
  key: null,
  insecureSkipVerify: false,
  user: null,
}
const secure: EtcdConnection = {
  ...plain,
  endpoints: ['https://10.0.0.1:2379', 'https://10.0.0.2:2379'],
  cacert: '/etc/my pki/ca.crt',
  cert: '/etc/pki/client.crt',
  key: '/etc/pki/client.key',
}
const target = (connection: EtcdConnection | null): Target => ({ cluster: 'demo', origin, connection })
const decoded = { encoding: 'json' as const, allocation: false, release: null, forms: ['yaml' as const, 'json' as const], rawMasked: false }
const pod = { key: utf8('/registry/pods/shop/web'), revision: '12', size: 33, decoded }
const commandsOf = (copies: { commands: { id: string; text: string }[] }) =>
  Object.fromEntries(copies.commands.map(({ id, text }) => [id, text]))
const API = `${origin}/api/v1/clusters/demo`

test('asks a live etcd at its endpoints, with the certificates that Registree uses', () => {
  const copies = v3Copies({ ...pod, view: 'json', hash: 'L3-L5' }, target(secure))
  expect(copies.key).toBe('/registry/pods/shop/web')
  expect(copies.link).toBe(`${origin}/demo/v3/registry/pods/shop/web?rev=12&view=json#L3-L5`)
  expect(commandsOf(copies)).toEqual({
    etcdctl:
      "ETCDCTL_API=3 etcdctl --endpoints=https://10.0.0.1:2379,https://10.0.0.2:2379 --cacert='/etc/my pki/ca.crt' --cert=/etc/pki/client.crt --key=/etc/pki/client.key get --rev=12 --print-value-only /registry/pods/shop/web | head -c 33",
    curl: `curl -gfsS '${API}/v3/value?key=%2Fregistry%2Fpods%2Fshop%2Fweb&rev=12&view=json' | jq -j .decoded.shown.text`,
  })
})

test('lists keys as kine can: before 0.14 with their values, before 0.16 whole directories', () => {
  const list = (prefix: string, limits: { keysOnly: boolean; ranges: boolean }) =>
    commandsOf(v3DirectoryCopies({ prefix: utf8(prefix), revision: '12', limits }, target(plain))).etcdctl
  const get = 'ETCDCTL_API=3 etcdctl --endpoints=http://127.0.0.1:2379 get --prefix'
  const oldest = { keysOnly: false, ranges: false }
  expect(list('/registry/', oldest)).toBe(`${get} -w json --rev=12 /registry/ | jq -r '.kvs[]?.key | @base64d'`)
  expect(list('', oldest)).toBe(`${get} -w json --rev=12 / | jq -r '.kvs[]?.key | @base64d'`)
  expect(list('/registry/po', oldest)).toBeUndefined()
  expect(list('', { keysOnly: true, ranges: false })).toBe(`${get} --keys-only --rev=12 /`)
  expect(list('', { keysOnly: true, ranges: true })).toBe(`${get} --keys-only --rev=12 ''`)
})

test('names the user and asks for the password, whose prompt etcdctl prints into the pipe', () => {
  const { etcdctl } = commandsOf(v3Copies(pod, target({ ...plain, user: 'reader' })))
  expect(etcdctl).toBe(
    `[ "$ETCDCTL_PASSWORD" ] || printf 'Password of %s: ' reader >&2; ETCDCTL_API=3 etcdctl --endpoints=http://127.0.0.1:2379 --user=reader get --rev=12 --print-value-only /registry/pods/shop/web | tail -c 34 | head -c 33`,
  )
})

test('etcdctl of the v2 API always prompts for the password', () => {
  const { etcdctl } = commandsOf(v2Copies({ path: '/a', size: 9, decoded }, target({ ...plain, user: 'reader' })))
  expect(etcdctl).toBe(
    `printf 'Password of %s: ' reader >&2; ETCDCTL_API=2 etcdctl --no-sync --endpoints=http://127.0.0.1:2379 --username=reader get /a | tail -c 10 | head -c 9`,
  )
})

test('a masked value is extracted from JSON: its exact size stays on the server', () => {
  const masked = { ...decoded, rawMasked: true }
  const get = 'ETCDCTL_API=3 etcdctl --endpoints=http://127.0.0.1:2379'
  const v3 = (connection: EtcdConnection) => commandsOf(v3Copies({ ...pod, decoded: masked }, target(connection))).etcdctl
  expect(v3(plain)).toBe(`${get} get --rev=12 -w json /registry/pods/shop/web | jq -r '.kvs[0].value // ""' | base64 -d`)
  expect(v3({ ...plain, user: 'reader' })).toBe(
    `[ "$ETCDCTL_PASSWORD" ] || printf 'Password of %s: ' reader >&2; ${get} --user=reader get --rev=12 -w json /registry/pods/shop/web | sed 's/^[^{]*//' | jq -r '.kvs[0].value // ""' | base64 -d`,
  )
  expect(commandsOf(v2Copies({ path: '/a', size: 512, decoded: masked }, target(plain))).etcdctl).toBe(
    'ETCDCTL_API=2 etcdctl --no-sync --endpoints=http://127.0.0.1:2379 -o json get /a | jq -j .node.value',
  )
})

test('for a file only Registree is asked: nothing else can read a key from it', () => {
  const file = commandsOf(v3Copies(pod, target(null)))
  expect(file).toEqual({
    bytes: `curl -gfsS '${API}/v3/raw?key=%2Fregistry%2Fpods%2Fshop%2Fweb&rev=12' -o -`,
    curl: `curl -gfsS '${API}/v3/value?key=%2Fregistry%2Fpods%2Fshop%2Fweb&rev=12&view=yaml' | jq -j .decoded.shown.text`,
  })
  // Bytes that stay on the server are not offered.
  expect(Object.keys(commandsOf(v3Copies({ ...pod, decoded: { ...decoded, rawMasked: true } }, target(null))))).toEqual(['curl'])
  expect(Object.keys(commandsOf(v3DirectoryCopies({ prefix: utf8('/registry/'), revision: '12' }, target(null))))).toEqual(['curl'])
  expect(Object.keys(commandsOf(v2Copies({ path: '/a', size: 1, decoded }, target(null))))).toEqual(['bytes', 'curl'])
})

test('each tab has its own command', () => {
  const shown = (view: string, more: Partial<typeof decoded> = {}) =>
    commandsOf(v3Copies({ ...pod, view, decoded: { ...decoded, ...more } }, target(plain))).curl
  expect(shown('raw')).toMatch(/\/v3\/raw\?.* -o -$/)
  expect(shown('raw', { rawMasked: true })).toBeUndefined()
  expect(shown('problems')).toMatch(/view=none' \| jq '.decoded \| \{problems, unknownFields, masked\}'$/)
  expect(shown('allocation', { allocation: true })).toMatch(/\/v3\/allocation\?.*' \| jq \.$/)
  // A tab that this value does not have means the first one.
  expect(shown('related')).toMatch(/view=yaml' \| jq -j/)
  expect(shown('yaml', { encoding: 'binary' as never, forms: [] })).toMatch(/\/v3\/raw\?.* -o -$/)
})

test('a key that cannot be an argument is sent in base64 to etcd’s gateway', () => {
  const binary = { ...pod, key: Uint8Array.of(0x61, 0, 0xff) }
  const copies = v3Copies(binary, target({ ...secure, insecureSkipVerify: true }))
  expect(copies.key).toBe('a\\x00\\xff')
  expect(commandsOf(copies)).toMatchObject({
    etcd: `curl -gfsS -k --cacert '/etc/my pki/ca.crt' --cert /etc/pki/client.crt --key /etc/pki/client.key 'https://10.0.0.1:2379/v3/kv/range' -d '{"key":"YQD/","revision":"12"}' | jq -r '.kvs[0].value // ""' | base64 -d`,
  })
  // The gateway accepts a token, not a user, and a Unix socket is not a URL for curl.
  for (const connection of [
    { ...plain, user: 'reader' },
    { ...plain, endpoints: ['unix:///run/etcd.sock'] },
  ])
    expect(commandsOf(v3Copies(binary, target(connection))).bytes).toContain('/v3/raw?key64=YQD_&rev=12')
})

test('a key with a leading dash is not an option, and a quote does not end its word', () => {
  const of = (key: string) => commandsOf(v3Copies({ ...pod, key: utf8(key) }, target(plain))).etcdctl
  expect(of('-x')).toContain(' --print-value-only -- -x | head')
  expect(of("/it's")).toContain(` --print-value-only '/it'\\''s' | head`)
})

test('v2: flags by their old names, a directory by its children, and curl if etcdctl lacks a flag', () => {
  const value = { path: '/kube-centos/network/config', size: 9, decoded }
  expect(commandsOf(v2Copies(value, target(secure))).etcdctl).toBe(
    "ETCDCTL_API=2 etcdctl --no-sync --endpoints=https://10.0.0.1:2379,https://10.0.0.2:2379 --ca-file='/etc/my pki/ca.crt' --cert-file=/etc/pki/client.crt --key-file=/etc/pki/client.key get /kube-centos/network/config | head -c 9",
  )
  expect(commandsOf(v2Copies({ path: '/kube centos', size: null, decoded: null }, target(plain)))).toEqual({
    etcdctl: "ETCDCTL_API=2 etcdctl --no-sync --endpoints=http://127.0.0.1:2379 ls --sort -p '/kube centos'",
    curl: `curl -gfsS '${API}/v2/node?path=%2Fkube%20centos' | jq -r '.children[] | .path + (if .directory then "/" else "" end)'`,
  })
  expect(commandsOf(v2Copies(value, target({ ...secure, insecureSkipVerify: true, user: 'reader' }))).etcd).toBe(
    "curl -gfsS -k --cacert '/etc/my pki/ca.crt' --cert /etc/pki/client.crt --key /etc/pki/client.key -u reader 'https://10.0.0.1:2379/v2/keys/kube-centos/network/config' | jq -j .node.value",
  )
})

test('a URL cannot end its quotes', () => {
  expect(curl("/api/v1/clusters/demo/v3/value?key=%2Fit's&rev=3", origin)).toBe(`curl -gfsS '${API}/v3/value?key=%2Fit%27s&rev=3'`)
})
