// Names files often mistaken for an etcd backup (archives, other databases, text), and says what to do with each.

/** Number of first bytes needed: tar has its name in the second half of its first sector. */
export const FOREIGN_HEAD_BYTES = 512

type Signature = { at?: number; bytes: string | readonly number[]; is: string; todo: string }

const UNPACK = 'unpack it first'
const DECRYPT = 'decrypt it first'
const GIVE_SNAPSHOT = 'give a file that "etcdctl snapshot save" wrote, or a data directory'

/** The first match counts. Sources: file-format specifications and file(1)'s magic. */
const SIGNATURES: readonly Signature[] = [
  { bytes: [0x1f, 0x8b], is: 'is compressed with gzip', todo: UNPACK },
  // k3s and RKE2 write these with --etcd-snapshot-compress, and RKE1 always.
  { bytes: 'PK\x03\x04', is: 'is a zip archive', todo: UNPACK },
  { bytes: 'PK\x05\x06', is: 'is an empty zip archive', todo: 'use another backup' },
  { bytes: 'PK\x07\x08', is: 'is part of a zip archive in several parts', todo: UNPACK },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], is: 'is compressed with xz', todo: UNPACK },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], is: 'is compressed with zstd', todo: UNPACK },
  { bytes: 'BZh', is: 'is compressed with bzip2', todo: UNPACK },
  { bytes: [0x04, 0x22, 0x4d, 0x18], is: 'is compressed with lz4', todo: UNPACK },
  { bytes: [0x02, 0x21, 0x4c, 0x18], is: 'is compressed with lz4', todo: UNPACK },
  { bytes: [0x89, 0x4c, 0x5a, 0x4f, 0x00], is: 'is compressed with lzop', todo: UNPACK },
  { bytes: 'LZIP', is: 'is compressed with lzip', todo: UNPACK },
  { bytes: [0x5d, 0x00, 0x00], is: 'is compressed with lzma', todo: UNPACK },
  { bytes: [0x1f, 0x9d], is: 'is compressed with compress (.Z)', todo: UNPACK },
  { bytes: [0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59], is: 'is compressed with snappy', todo: UNPACK },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], is: 'is a 7z archive', todo: UNPACK },
  { bytes: 'Rar!\x1a\x07', is: 'is a rar archive', todo: UNPACK },
  { at: 257, bytes: 'ustar', is: 'is a tar archive', todo: UNPACK },
  {
    bytes: 'SQLite format 3\0',
    is: 'is an SQLite database',
    todo: 'k3s keeps its objects in one when it runs without etcd, and Registree cannot read it',
  },
  { bytes: 'PGDMP', is: 'is a PostgreSQL dump', todo: GIVE_SNAPSHOT },
  { bytes: '\x7fELF', is: 'is a program', todo: GIVE_SNAPSHOT },
  { bytes: 'Salted__', is: 'is encrypted with openssl', todo: DECRYPT },
  { bytes: 'age-encryption.org/', is: 'is encrypted with age', todo: DECRYPT },
  { bytes: '-----BEGIN AGE ENCRYPTED', is: 'is encrypted with age', todo: DECRYPT },
  { bytes: '-----BEGIN PGP MESSAGE', is: 'is encrypted with PGP', todo: DECRYPT },
  { bytes: '-----BEGIN ', is: 'is a PEM file, such as a certificate or a key', todo: GIVE_SNAPSHOT },
]

/** What a file is and what to do about it, in one sentence without its first word and full stop; null if unknown. */
export function foreignFile(head: Uint8Array): string | null {
  const signature = SIGNATURES.find(({ at = 0, bytes }) => beginsWith(head, at, bytes))
  if (signature) return `the file ${signature.is}: ${signature.todo}`
  if (isSkippableFrame(head)) return `the file is compressed with zstd or lz4: ${UNPACK}`
  if (isOldTar(head)) return `the file is a tar archive: ${UNPACK}`
  const text = textKind(head)
  return text === null ? null : `the file ${text}: ${GIVE_SNAPSHOT}`
}

function beginsWith(head: Uint8Array, at: number, bytes: Signature['bytes']): boolean {
  if (head.length < at + bytes.length) return false
  for (let i = 0; i < bytes.length; i++) if (head[at + i] !== (typeof bytes === 'string' ? bytes.charCodeAt(i) : bytes[i])) return false
  return true
}

/** zstd and lz4 share frames with arbitrary content: 0x184D2A50 to 0x184D2A5F. */
function isSkippableFrame(head: Uint8Array): boolean {
  return ((head[0] ?? 0) & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18
}

/** The first tar had no name in its header; its checksum, in octal at 148, is the sum of the header with spaces in its own place. */
function isOldTar(head: Uint8Array): boolean {
  if (head.length < 512 || head[0] === 0) return false
  const said = Number.parseInt(String.fromCharCode(...head.subarray(148, 156)).replace(/[\0 ]+$/, ''), 8)
  let sum = 0
  for (let i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? 0x20 : (head[i] as number)
  return said === sum
}

/** The kind of a text, by its beginning; null for binary data. */
function textKind(head: Uint8Array): string | null {
  if (head.length === 0) return null
  for (const byte of head) if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return null
  let text: string
  try {
    // The last character may be truncated.
    text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true }).trimStart()
  } catch {
    return null
  }
  if (/^<(!doctype html|html|\?xml)/i.test(text)) return 'is a web page, perhaps the error that a download answered with'
  if (/^[{[]/.test(text)) return 'is JSON text'
  if (/^(---|#|[A-Za-z][\w.-]*:(\s|$))/.test(text)) return 'is YAML text'
  return 'is text'
}
