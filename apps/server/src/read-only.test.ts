// Proves that nothing here can write: the server names no write call of etcd, in its sources or its build.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** All RPCs and client methods of etcd that change something (api/etcdserverpb/rpc.proto), in the client's spelling. */
const WRITES =
  /\b(?:put|deleteRange|delete_range|deleterange|txn|transact|stm|compact|leaseGrant|leaseRevoke|leaseKeepAlive|keepalive|memberAdd|memberRemove|memberUpdate|memberPromote|moveLeader|defragment|downgrade|authEnable|authDisable|userAdd|userDelete|userChangePassword|userGrantRole|userRevokeRole|roleAdd|roleDelete|roleGrantPermission|roleRevokePermission|campaign|election|lock)\s*\(/i
const HTTP_WRITES = /['"`](?:POST|PUT|PATCH|DELETE)['"`]/
/** Paths of the calls with our own codec. */
const READ_PATHS = ['KV/Range', 'Maintenance/Status', 'Maintenance/HashKV']
const ALARM = /\balarm\(\s*\{[^}]*\}/g

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = `${folder}/${entry.name}`
    if (entry.isDirectory()) return ['testing', 'memory'].includes(entry.name) ? [] : filesBelow(file)
    return /\.(ts|js)$/.test(entry.name) && !/\.(test|d)\.ts$/.test(entry.name) ? [file] : []
  })
}

const at = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const built = existsSync(at('../dist/main.js'))
if (!built) process.stderr.write('skipping the built server: npm run build makes it\n')

describe.each([['sources', at('.')], ...(built ? [['build', at('../dist')]] : [])] as [string, string][])('the %s', (_, folder) => {
  const files = filesBelow(folder)

  it('names no write of etcd and no HTTP method that writes', () => {
    expect(files.length).toBeGreaterThan(20)
    for (const file of files) {
      const code = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
      expect([file, WRITES.exec(code)?.[0], HTTP_WRITES.exec(code)?.[0]]).toEqual([file, undefined, undefined])
      for (const [, call] of code.matchAll(/\betcdserverpb\.(\w+\/\w+)/g)) expect(READ_PATHS).toContain(call)
      for (const [call] of code.matchAll(ALARM)) expect(call).toMatch(/action: ['"]Get['"]/)
    }
  })

  it('imports etcd3 in one place, which exposes reads only, and its gRPC beside it', () => {
    const placesOf = (files: string[]) => files.map((file) => file.slice(folder.length).replace(/\.[jt]s$/, ''))
    expect(placesOf(importersOf('etcd3', files))).toEqual(['/sources/etcd/etcd-client'])
    expect(placesOf(importersOf('@grpc/grpc-js', files))).toEqual(['/sources/etcd/etcd-member', '/sources/etcd/grpc-status'])
  })
})

/** The files that import more than types of a package. */
const importersOf = (name: string, files: readonly string[]) =>
  files.filter((file) => new RegExp(`from ['"]${name}['"]`).test(readFileSync(file, 'utf8').replace(/^import type .*$/gm, '')))

it.skipIf(!existsSync(at('../program/main.js')))('the program made of them can talk to etcd in one of its files', () => {
  // The hash in a file's name may contain a hyphen too.
  for (const name of ['etcd3', '@grpc/grpc-js'])
    expect(importersOf(name, filesBelow(at('../program'))).map((file) => file.replace(/^.*\/|-.{8}\.js$/g, ''))).toEqual(['open-etcd'])
})

it('the check would find a write', () => {
  for (const line of ['client.kv.put({', 'kv.deleteRange(x)', 'await client.leaseClient.leaseGrant({}', 'cluster.memberRemove({ID})'])
    expect(line).toMatch(WRITES)
  expect("request(url, { method: 'PUT' })").toMatch(HTTP_WRITES)
  for (const line of ['input.put', 'this.#levels.delete(name)', 'output(x)', 'client.kv.range(wire']) expect(line).not.toMatch(WRITES)
})
