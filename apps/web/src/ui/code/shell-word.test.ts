// Proves with real shells that a quoted word reaches a program as exactly the same bytes.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shellWord } from './shell-word.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
/** bash would read the user's startup files if its input is a socket. */
const SHELLS = { sh: [], bash: ['--norc', '--noprofile'] }
type Shell = keyof typeof SHELLS

/** The bytes that the shell passes to a program for each word. */
function evaluate(shell: Shell, words: readonly string[]): Buffer[] {
  const out = execFileSync(shell, SHELLS[shell], {
    input: `printf '%s\\0' ${words.join(' ')}`,
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
  })
  const parts: Buffer[] = []
  let start = 0
  for (let end = out.indexOf(0); end >= 0; end = out.indexOf(0, start)) {
    parts.push(out.subarray(start, end))
    start = end + 1
  }
  return parts
}

test('leaves ordinary keys readable', () => {
  expect(shellWord(utf8('/registry/pods/shop/storefront-69bd5954b-95lnh'))).toBe('/registry/pods/shop/storefront-69bd5954b-95lnh')
  expect(shellWord(utf8('/a b'))).toBe("'/a b'")
  expect(shellWord(utf8("/it's"))).toBe("'/it'\\''s'")
  expect(shellWord(utf8('/日本'))).toBe("'/日本'")
  expect(shellWord(utf8(''))).toBe("''")
  // zsh looks for a command after an equals sign.
  expect(shellWord(utf8('=ls'))).toBe("'=ls'")
})

test('shows invisible characters as escapes', () => {
  expect(shellWord(utf8('/a\n\u202eb'))).toBe(`"$(printf '/a\\012\\342\\200\\256b')"`)
  expect(shellWord(Uint8Array.of(0xff, 0x41, 0xfe))).toBe(`"$(printf '\\377A\\376')"`)
  expect(shellWord(utf8('-\t%'))).toBe(`"$(printf '\\055\\011\\045')"`)
})

test('has no word for NUL', () => {
  expect(shellWord(Uint8Array.of(0x61, 0, 0x62))).toBeNull()
})

describe.each(Object.keys(SHELLS) as Shell[])('%s', (shell) => {
  test('evaluates the word to the same bytes, whatever they are', () => {
    const special = ['$', '`', '"', "'", '\\', '!', ' ', '\n', '\t', '*', '~', '#', ';', '&', '|', '(', '{', '-', '%', '%d', '0', '\u00e9']
    const bytes = fc.oneof(
      fc.uint8Array({ min: 1, maxLength: 40 }),
      fc.string({ unit: 'binary', maxLength: 30 }).map((text) => utf8(text.replaceAll('\0', ''))),
      fc.array(fc.constantFrom(...special), { maxLength: 20 }).map((parts) => utf8(parts.join(''))),
    )
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 20 }), (list) => {
        const words = list.map((item) => shellWord(item) ?? 'unreachable')
        const seen = evaluate(shell, words)
        expect(seen.map((item) => item.toString('hex'))).toEqual(list.map((item) => Buffer.from(item).toString('hex')))
      }),
      { numRuns: 30 },
    )
  })

  test('reads each single byte as itself, alone and at the end', () => {
    const all = Array.from({ length: 255 }, (_, i) => i + 1).flatMap((byte) => [
      Uint8Array.of(byte),
      Uint8Array.of(0x2f, byte),
      Uint8Array.of(byte, 0x31),
    ])
    const seen = evaluate(
      shell,
      all.map((item) => shellWord(item) ?? 'unreachable'),
    )
    expect(seen.map((item) => item.toString('hex'))).toEqual(all.map((item) => Buffer.from(item).toString('hex')))
  })

  test('executes nothing in a key', () => {
    const folder = mkdtempSync(join(tmpdir(), 'shell-word-'))
    const hostile = ['$(touch X)', '`touch X`', "'; touch X; '", '\\$(touch X)', "$'\\x27; touch X'", '\n touch X\n', '\t$(touch X)'].map(
      (text) => utf8(text.replaceAll('X', join(folder, 'ran'))),
    )
    const seen = evaluate(
      shell,
      hostile.map((key) => shellWord(key) ?? ''),
    )
    expect(seen.map(String)).toEqual(hostile.map((key) => new TextDecoder().decode(key)))
    expect(readdirSync(folder)).toEqual([])
    rmSync(folder, { recursive: true })
  })
})
