// Writes the shell commands that fetch the same bytes again: etcdctl of either API, and curl of ours, quoted so that no byte of a key can change the command.

import { apiPaths, keyLink, v2Link } from '@registree/contract'
import { displayText, toText } from '../../lib/bytes.ts'
import { wantedForm } from './views.ts'

/** A command, or in one sentence why there can be none. */
export type Command = { text: string } | { text: null; reason: string }

const BARE = /^[A-Za-z0-9_./:@%+=,-]+$/
const SINGLE = /^[\x20-\x7e]+$/
// Letters, numbers, punctuation and symbols are shown as they are; controls, marks, unusual spaces and bidi formatting as escapes, so that what is pasted is what is seen.
const VISIBLE = /^[\p{L}\p{N}\p{P}\p{S} ]$/u

/**
 * The bytes as one word of bash (or zsh, ksh): bare where nothing is special, else `'…'`, else `$'…'` with `\xHH` for what is not visible text.
 * Null when they hold a NUL, which no program argument can carry.
 */
export function shellQuote(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null
  let text: string | null = null
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // Not UTF-8: the escapes below work on the bytes.
  }
  if (text !== null) {
    if (BARE.test(text)) return text
    if (SINGLE.test(text) && !text.includes("'")) return `'${text}'`
    if (text === '') return "''"
    return `$'${Array.from(text, (character) => (VISIBLE.test(character) ? escapeQuote(character) : hexEscapes(new TextEncoder().encode(character)))).join('')}'`
  }
  return `$'${Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? escapeQuote(String.fromCharCode(byte)) : hexEscapes([byte]))).join('')}'`
}

function escapeQuote(character: string): string {
  return character === '\\' || character === "'" ? `\\${character}` : character
}

function hexEscapes(bytes: Iterable<number>): string {
  let out = ''
  for (const byte of bytes) out += `\\x${byte.toString(16).padStart(2, '0')}`
  return out
}

const quoteText = (text: string): string | null => shellQuote(new TextEncoder().encode(text))

/**
 * `etcdctl get` of one v3 key at one revision. etcdctl ends what it prints with a newline that is not stored; where the value's size in bytes
 * is given, `head -c` takes that off again.
 */
export function etcdctlV3(request: { key: Uint8Array; revision?: string | undefined; size?: number | undefined }): Command {
  const word = shellQuote(request.key)
  if (word === null)
    return { text: null, reason: 'etcdctl takes the key as a program argument, and no argument can hold the NUL byte in this key.' }
  if (request.key.length === 0) return { text: null, reason: 'etcd keeps no value under the empty key.' }
  const options = `${request.revision === undefined ? '' : ` --rev=${request.revision}`} --print-value-only`
  // A key that begins with a dash would be read as an option.
  const command = request.key[0] === 0x2d ? `etcdctl get${options} -- ${word}` : `etcdctl get ${word}${options}`
  return { text: `ETCDCTL_API=3 ${command}${exactly(request.size)}` }
}

/** `etcdctl get` (or `ls` for a directory) of one v2 path; `size` as for `etcdctlV3`. */
export function etcdctlV2(request: { path: string; directory?: boolean; size?: number | undefined }): Command {
  const word = quoteText(request.path)
  if (word === null)
    return { text: null, reason: 'etcdctl takes the path as a program argument, and no argument can hold the NUL byte in this path.' }
  if (request.directory) return { text: `ETCDCTL_API=2 etcdctl ls ${word}` }
  return { text: `ETCDCTL_API=2 etcdctl get ${word}${exactly(request.size)}` }
}

function exactly(size: number | undefined): string {
  return size === undefined ? '' : ` | head -c ${size}`
}

/** curl of an address of this Registree's API, given whole or relative to `origin`. */
export function curl(address: string, origin: string): string {
  // The bare form would do for bash, but zsh takes `?` and `&` for itself.
  return `curl -fsS '${new URL(address, origin).href.replaceAll("'", '%27')}'`
}

/** What a person takes elsewhere from a key's page. */
export interface Copies {
  key: string
  link: string
  etcdctl: string
  curl: string
}

/** Of a v3 key at one revision; the link is pinned to it and keeps the marked lines. Only text goes on a clipboard: a key that is none is copied as the escapes that are shown. */
export function v3Copies(
  of: {
    cluster: string
    key: Uint8Array
    revision: string
    size?: number | undefined
    view?: string | null | undefined
    hash?: string | undefined
  },
  origin: string,
): Copies {
  const { cluster, key, revision } = of
  return {
    key: toText(key) ?? displayText(key),
    link: new URL(keyLink(cluster, key, { rev: revision, view: of.view, hash: of.hash }), origin).href,
    etcdctl: orBytes(etcdctlV3({ key, revision, size: of.size }), apiPaths.raw(cluster, key, revision), origin),
    curl: curl(apiPaths.value(cluster, key, revision, formOf(of.view)), origin),
  }
}

/** Of a v2 node, which has no revision to be read at. */
export function v2Copies(
  of: {
    cluster: string
    path: string
    directory: boolean
    size?: number | undefined
    view?: string | null | undefined
    hash?: string | undefined
  },
  origin: string,
): Copies {
  const { cluster, path, directory } = of
  return {
    key: path,
    link: new URL(v2Link(cluster, path, { view: of.view, hash: of.hash }), origin).href,
    etcdctl: orBytes(etcdctlV2({ path, directory, size: of.size }), apiPaths.v2Raw(cluster, path), origin),
    curl: curl(apiPaths.v2Node(cluster, path, formOf(of.view)), origin),
  }
}

/** The text that a tab shows; null, the first one, for a tab that shows none. */
function formOf(view: string | null | undefined): string | null {
  const form = wantedForm(view ?? null)
  return form === 'none' ? null : form
}

/** Where etcdctl cannot be given the key, a shell comment says so and curl gets the same bytes. */
function orBytes(command: Command, raw: string, origin: string): string {
  return command.text ?? `# ${command.reason}\n${curl(raw, origin)}`
}
