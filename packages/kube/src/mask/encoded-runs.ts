// Finds encoded content in text: base64 (both alphabets, also over several lines), hexadecimal and percent-encoding; and unpacks gzip.
import { Gunzip } from 'fflate'
import { isUtf8, latin1Text, strictUtf8 } from '../wire/text.ts'

/** A part of a text that encodes bytes. */
export interface EncodedRun {
  start: number
  end: number
  bytes: Uint8Array
}

/** The values of the letters of both base64 alphabets, -1 for all others. */
const BASE64 = new Int8Array(128).fill(-1)
for (const [i, letter] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries()) {
  BASE64[letter.charCodeAt(0)] = i
}
BASE64['-'.charCodeAt(0)] = 62
BASE64['_'.charCodeAt(0)] = 63

const HEX = new Int8Array(128).fill(-1)
for (const [i, letter] of [...'0123456789abcdef'].entries()) {
  HEX[letter.charCodeAt(0)] = i
  HEX[letter.toUpperCase().charCodeAt(0)] = i
}

/** Shorter runs cannot hold a manifest or a key. */
export const SHORTEST_RUN = 32
const SHORTEST_HEX = 48
/** Minimum number of bytes when searching for known content. */
const SHORTEST_IN_HEX = 6

/**
 * The runs of text that decode to relevant content: text, gzip, or Kubernetes values; other bytes only if long. A run may be returned several times,
 * once per alignment. `spend` is called with the length of each run; if it refuses, `refused` receives the run. With `short`, runs of a few bytes are
 * searched too, for callers that know what to look for.
 */
export function* encodedRuns(
  text: string,
  options: { shortest?: number; spend(units: number): boolean; refused(start: number, end: number): void },
): Generator<EncodedRun> {
  const { shortest = SHORTEST_RUN, spend, refused } = options
  for (const match of text.matchAll(shortest === SHORTEST_RUN ? LONG_RUNS : runsOf(shortest))) {
    const start = match.index
    const end = start + match[0].length
    if (!spend(Math.max(64, match[0].length))) {
      refused(start, end)
      continue
    }
    yield* readingsOf(text, start, end, match[0], shortest === SHORTEST_RUN ? SHORTEST_HEX : 2 * SHORTEST_IN_HEX)
  }
}

/** Lines of one encoding follow each other with only indentation between them; within JSON text their ends are escaped. */
function runsOf(shortest: number): RegExp {
  const letter = '[A-Za-z0-9+/_-]'
  return new RegExp(
    `${letter}{${shortest},}(?:[ \\t]*(?:\\r?\\n|\\\\+r\\\\+n|\\\\+n)[ \\t]*${letter}{4,}(?!${letter}|[ \\t]*:))*={0,2}`,
    'g',
  )
}
const LONG_RUNS = runsOf(SHORTEST_RUN)

function* readingsOf(text: string, start: number, end: number, run: string, shortestHex: number): Generator<EncodedRun> {
  for (const { at, digits } of hexParts(run, shortestHex)) {
    for (const offset of [0, 1]) {
      if (!saysInHex(digits, offset)) continue
      const bytes = decodeHex(digits.slice(offset))
      if (looksLikeContent(bytes)) yield { start: start + at, end: start + at + digits.length, bytes }
    }
  }
  const whole = { start, end: text[end] === '=' ? end + 1 : end }
  const letters = compact(run)
  let read = false
  for (let offset = 0; offset < 4; offset++) {
    // A word before it, joined by a slash or dash, shifts the alignment.
    if (!windowsOf(letters.length - offset).some(({ from, size }) => saysSomething(letters, offset + from, size))) continue
    read = true
    yield { ...whole, bytes: decodeBase64Letters(letters.slice(offset)) }
  }
  for (const beginning of [GZIP_IN_BASE64, ENVELOPE_IN_BASE64]) {
    const at = letters.indexOf(beginning)
    if (at > 0) yield { ...whole, bytes: decodeBase64Letters(letters.slice(at)) }
  }
  // Bytes that are not text may contain some further in.
  if (!read && letters.length >= LONG_BINARY) yield { ...whole, bytes: decodeBase64Letters(letters) }
}

const GZIP_IN_BASE64 = 'H4sI'
const ENVELOPE_IN_BASE64 = 'azhzA'
const CBOR_IN_BASE64 = '2dn3'
const LONG_BINARY = 512

/** Only the letters: without line ends, indentation and escaped line ends. */
function compact(run: string): string {
  return /[\s\\=]/.test(run) ? run.replace(/\\+[rn]|[\s=]/g, '') : run
}

/** Beginning, middle and end of that many letters, each aligned to four. */
function windowsOf(length: number): { from: number; size: number }[] {
  const size = 32
  if (length <= 3 * size) {
    return [0, size, 2 * size].map((from) => ({ from, size: Math.min(size, length - from) })).filter((window) => window.size >= 8)
  }
  return [0, (length >> 3) << 2, ((length - size) >> 2) << 2].map((from) => ({ from, size }))
}

/** Whether base64 letters decode to something that {@link looksLikeContent} accepts. Most others are rejected by their first bytes. */
function saysSomething(letters: string, from: number, size: number): boolean {
  for (const beginning of [GZIP_IN_BASE64, ENVELOPE_IN_BASE64, CBOR_IN_BASE64]) if (letters.startsWith(beginning, from)) return true
  let held = 0
  let bits = 0
  let odd = 0
  for (let i = from; i < from + size; i++) {
    held = ((held << 6) | ((BASE64[letters.charCodeAt(i)] ?? 0) & 63)) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    const byte = (held >> bits) & 0xff
    if (isControl(byte)) return false
    if (byte >= 0x80) odd += 1
  }
  return odd === 0 || looksLikeContent(decodeBase64Letters(letters.slice(from, from + size)))
}

function saysInHex(digits: string, from: number): boolean {
  const digit = (at: number) => HEX[digits.charCodeAt(from + at)] ?? 0
  const first = (digit(0) << 4) | digit(1)
  return first === 0x1f || !(isControl(first) || isControl((digit(2) << 4) | digit(3)))
}

function isControl(byte: number): boolean {
  return byte === 0x7f || (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13)
}

/** Text, or the start of a known format. Random bytes of this length look like text once in a billion times. */
function looksLikeContent(bytes: Uint8Array): boolean {
  if (isGzip(bytes) || isEnvelope(bytes) || isCbor(bytes)) return true
  let odd = 0
  for (const byte of bytes.subarray(0, 48)) {
    if (isControl(byte)) return false
    // Text in other scripts; a run may begin and end within a character.
    if (byte >= 0x80) odd += 1
  }
  return odd <= bytes.length / 2 && (odd === 0 || isUtf8(trimLetter(bytes.subarray(0, 48))))
}

/** Without partial characters at both ends. */
function trimLetter(bytes: Uint8Array): Uint8Array {
  let from = 0
  while (from < 3 && ((bytes[from] ?? 0) & 0xc0) === 0x80) from += 1
  let to = bytes.length
  while (to > from && bytes.length - to < 3 && ((bytes[to - 1] ?? 0) & 0xc0) === 0x80) to -= 1
  if ((bytes[to - 1] ?? 0) >= 0xc0) to -= 1
  return bytes.subarray(from, to)
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8
}

export function isEnvelope(bytes: Uint8Array): boolean {
  return bytes[0] === 0x6b && bytes[1] === 0x38 && bytes[2] === 0x73 && bytes[3] === 0
}

export function isCbor(bytes: Uint8Array): boolean {
  return bytes[0] === 0xd9 && bytes[1] === 0xd9 && bytes[2] === 0xf7
}

/** Decodes base64 letters of either alphabet without padding; a leftover letter is dropped. */
function decodeBase64Letters(letters: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((letters.length * 3) / 4))
  let held = 0
  let bits = 0
  let at = 0
  for (let i = 0; i < letters.length; i++) {
    held = ((held << 6) | ((BASE64[letters.charCodeAt(i)] ?? -1) & 63)) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes[at++] = (held >> bits) & 0xff
  }
  return bytes.subarray(0, at)
}

/** The parts that consist of hexadecimal digits and line ends and are long enough. */
function hexParts(run: string, shortest: number): { at: number; digits: string }[] {
  const parts: { at: number; digits: string }[] = []
  for (const match of run.matchAll(/[0-9a-fA-F]{12,}(?:(?:\s|\\+[rn])+[0-9a-fA-F]{2,})*/g)) {
    if (match[0].length >= shortest) parts.push({ at: match.index, digits: match[0] })
  }
  return parts
}

function decodeHex(text: string): Uint8Array {
  const digits = compact(text)
  const bytes = new Uint8Array(digits.length >> 1)
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = ((HEX[digits.charCodeAt(2 * i)] ?? 0) << 4) | ((HEX[digits.charCodeAt(2 * i + 1)] ?? 0) & 15)
  }
  return bytes
}

/** Text that is mostly percent-encoded, decoded; null for other text. */
export function percentDecoded(text: string): string | null {
  let escapes = 0
  for (const _ of text.matchAll(/%[0-9a-fA-F]{2}/g)) if (++escapes >= 4) break
  if (escapes < 4) return null
  const spaced = text.replaceAll('+', ' ')
  return spaced.replace(/(?:%[0-9a-fA-F]{2})+/g, (part) => {
    const bytes = decodeHex(part.replaceAll('%', ''))
    return strictUtf8(bytes) ?? latin1Text(bytes)
  })
}

/** Deflate expands at most 1,032 times: one step cannot exceed the limit by more than 4 MB. */
const STEP = 4 * 1024

/** Unpacks gzip as far as possible; null if it exceeds `largest` bytes. */
export function unpackGzip(packed: Uint8Array, largest: number): Uint8Array | null {
  const parts: Uint8Array[] = []
  let size = 0
  const stream = new Gunzip((chunk) => {
    size += chunk.length
    if (size <= largest) parts.push(chunk)
  })
  try {
    for (let at = 0; at < packed.length && size <= largest; at += STEP) {
      stream.push(packed.slice(at, at + STEP), at + STEP >= packed.length)
    }
  } catch {
    // Truncated or damaged: what precedes it counts.
  }
  if (size > largest) return null
  const unpacked = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    unpacked.set(part, at)
    at += part.length
  }
  return unpacked
}
