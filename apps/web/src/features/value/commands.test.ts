// Proves with a real bash that a quoted key reaches a program as the same bytes and as nothing else.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { curl, etcdctlV2, etcdctlV3, shellQuote, v2Copies, v3Copies } from './commands.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

/** What bash hands to a program for each of the given words, as bytes. */
function evaluate(words: readonly string[]): Buffer[] {
  const script = `printf '%s\\0' ${words.join(' ')}`
  const out = execFileSync('bash', ['--norc', '--noprofile'], { input: script, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } })
  const parts: Buffer[] = []
  let start = 0
  for (let end = out.indexOf(0); end >= 0; end = out.indexOf(0, start)) {
    parts.push(out.subarray(start, end))
    start = end + 1
  }
  return parts
}

describe('shellQuote', () => {
  test('leaves ordinary keys readable', () => {
    expect(shellQuote(utf8('/registry/pods/shop/storefront-69bd5954b-95lnh'))).toBe('/registry/pods/shop/storefront-69bd5954b-95lnh')
    expect(shellQuote(utf8('/a b'))).toBe("'/a b'")
    expect(shellQuote(utf8("/it's"))).toBe("$'/it\\'s'")
    expect(shellQuote(utf8('/日本'))).toBe("$'/日本'")
    expect(shellQuote(utf8(''))).toBe("''")
  })

  test('shows what cannot be seen as escapes', () => {
    expect(shellQuote(utf8('/a\n\u202eb'))).toBe("$'/a\\x0a\\xe2\\x80\\xaeb'")
    expect(shellQuote(Uint8Array.of(0xff, 0x41, 0xfe))).toBe("$'\\xffA\\xfe'")
  })

  test('has no word for a NUL', () => {
    expect(shellQuote(Uint8Array.of(0x61, 0, 0x62))).toBeNull()
  })

  test('bash evaluates the word to the same bytes, whatever they are', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ min: 1, maxLength: 40 }),
      fc.string({ unit: 'binary', maxLength: 30 }).map((text) => utf8(text.replaceAll('\0', ''))),
      fc
        .array(fc.constantFrom('$', '`', '"', "'", '\\', '!', ' ', '\n', '*', '~', '#', ';', '&', '|', '(', '{', '-', 'x41', '\u00e9'), {
          maxLength: 20,
        })
        .map((parts) => utf8(parts.join(''))),
    )
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 20 }), (list) => {
        const words = list.map((item) => shellQuote(item) ?? 'unreachable')
        const seen = evaluate(words)
        expect(seen.map((item) => item.toString('hex'))).toEqual(list.map((item) => Buffer.from(item).toString('hex')))
      }),
      { numRuns: 60 },
    )
  })

  test('nothing in a key runs', () => {
    const folder = mkdtempSync(join(tmpdir(), 'quote-'))
    const hostile = ['$(touch X)', '`touch X`', "'; touch X; '", '\\$(touch X)', "$'\\x27; touch X'", '\n touch X\n'].map((text) =>
      utf8(text.replaceAll('X', join(folder, 'ran'))),
    )
    expect(evaluate(hostile.map((key) => shellQuote(key) ?? '')).map(String)).toEqual(hostile.map((key) => new TextDecoder().decode(key)))
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('commands', () => {
  test('etcdctl v3 pins the revision and takes exactly the stored bytes', () => {
    expect(etcdctlV3({ key: utf8('/registry/ranges/serviceips'), revision: '1249', size: 32 })).toEqual({
      text: 'ETCDCTL_API=3 etcdctl get /registry/ranges/serviceips --rev=1249 --print-value-only | head -c 32',
    })
    expect(etcdctlV3({ key: utf8('-x') })).toEqual({ text: 'ETCDCTL_API=3 etcdctl get --print-value-only -- -x' })
    expect(etcdctlV3({ key: Uint8Array.of(0) }).text).toBeNull()
  })

  test('etcdctl v2 reads a value or lists a directory', () => {
    expect(etcdctlV2({ path: '/kube-centos/network/config', size: 5 })).toEqual({
      text: 'ETCDCTL_API=2 etcdctl get /kube-centos/network/config | head -c 5',
    })
    expect(etcdctlV2({ path: '/kube-centos/network', directory: true })).toEqual({ text: 'ETCDCTL_API=2 etcdctl ls /kube-centos/network' })
  })

  test('curl quotes the address', () => {
    const command = curl("/api/v1/clusters/demo/v3/value?key=%2Fit's&rev=3", 'http://127.0.0.1:7979')
    expect(command).toBe("curl -fsS 'http://127.0.0.1:7979/api/v1/clusters/demo/v3/value?key=%2Fit%27s&rev=3'")
    expect(evaluate([command.slice('curl -fsS '.length)]).map(String)).toEqual([
      'http://127.0.0.1:7979/api/v1/clusters/demo/v3/value?key=%2Fit%27s&rev=3',
    ])
  })

  test('a page offers its key, its pinned link and both commands', () => {
    const origin = 'http://127.0.0.1:7979'
    expect(
      v3Copies({ cluster: 'demo', key: utf8('/registry/pods/shop/a b'), revision: '12', size: 3, view: 'json', hash: 'L3-L5' }, origin),
    ).toEqual({
      key: '/registry/pods/shop/a b',
      link: 'http://127.0.0.1:7979/demo/v3/registry/pods/shop/a%20b?rev=12&view=json#L3-L5',
      etcdctl: "ETCDCTL_API=3 etcdctl get '/registry/pods/shop/a b' --rev=12 --print-value-only | head -c 3",
      curl: "curl -fsS 'http://127.0.0.1:7979/api/v1/clusters/demo/v3/value?key=%2Fregistry%2Fpods%2Fshop%2Fa%20b&rev=12&view=json'",
    })
    const binary = v3Copies({ cluster: 'demo', key: Uint8Array.of(0x61, 0, 0xff), revision: '12' }, origin)
    expect(binary.key).toBe('a\\x00\\xff')
    expect(binary.etcdctl.split('\n')[0]).toMatch(/^# etcdctl takes the key as a program argument/)
    expect(binary.etcdctl.split('\n')[1]).toBe("curl -fsS 'http://127.0.0.1:7979/api/v1/clusters/demo/v3/raw?key64=YQD_&rev=12'")
    expect(v2Copies({ cluster: 'demo', path: '/kube-centos/network/config', directory: false, size: 9 }, origin)).toEqual({
      key: '/kube-centos/network/config',
      link: 'http://127.0.0.1:7979/demo/v2/kube-centos/network/config',
      etcdctl: 'ETCDCTL_API=2 etcdctl get /kube-centos/network/config | head -c 9',
      curl: "curl -fsS 'http://127.0.0.1:7979/api/v1/clusters/demo/v2/node?path=%2Fkube-centos%2Fnetwork%2Fconfig'",
    })
  })
})
