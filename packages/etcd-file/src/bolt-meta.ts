// The two meta pages of a bbolt file: which of them is valid, and the page size (bbolt internal/common/meta.go, db.go).
import { EtcdFileError } from './errors.ts'
import { type FileMessage, plain } from './file-messages.ts'
import type { RandomAccess } from './random-access.ts'

const MAGIC = 0xed0cdaed
const MAGIC_SWAPPED = 0xedda0ced
const META_LENGTH = 64
const SMALLEST_PAGE = 1024
const LARGEST_PAGE = 16 * 1024 * 1024

/** The content of a meta page. Page ids are page numbers; `freelist` is null if bbolt did not write one (etcd ≥ 3.3 on Linux). */
export type BoltMeta = {
  pageSize: number
  root: number
  sequence: bigint
  freelist: number | null
  /** The first unused page number: the database is `pgid * pageSize` bytes long. */
  pgid: number
  txid: bigint
  /** False if the checksum field is 0, which releases up to bbolt 1.3.0 wrote and accepted. */
  checksummed: boolean
}

/** A checked meta page: its content, or why it cannot be used. */
export type JudgedMeta = { meta: BoltMeta; problem: null } | { meta: null; problem: FileMessage }

/** Both meta pages, checked. Throws EtcdFileError if neither can be used. */
export async function readMetas(file: RandomAccess): Promise<{ metas: [JudgedMeta, JudgedMeta]; pageSize: number }> {
  if (file.size < 2 * SMALLEST_PAGE) {
    throw new EtcdFileError({ code: 'file-tiny', params: { size: file.size } })
  }
  const first = await readMeta(file, 0)
  let second: JudgedMeta | null = null
  let pageSize = first.meta?.pageSize
  if (pageSize === undefined) {
    // The first page is lost, and with it the page size: the second is at one of the possible sizes.
    for (let at = SMALLEST_PAGE; at <= LARGEST_PAGE && at + 16 + META_LENGTH <= file.size; at *= 2) {
      const judged = await readMeta(file, at)
      if (judged.meta?.pageSize === at) {
        second = judged
        pageSize = at
        break
      }
    }
    if (pageSize === undefined) {
      throw new EtcdFileError({ code: 'file-without-meta', params: { why: first.problem ?? plain('checksum-wrong') } })
    }
  }
  second ??= await readMeta(file, pageSize)
  if (second.meta && second.meta.pageSize !== pageSize)
    second = { meta: null, problem: { code: 'meta-page-size-other', params: { size: second.meta.pageSize, other: pageSize } } }
  return { metas: [first, second], pageSize }
}

async function readMeta(file: RandomAccess, pageOffset: number): Promise<JudgedMeta> {
  if (pageOffset + 16 + META_LENGTH > file.size) return { meta: null, problem: plain('beyond-file') }
  const page = await file.read(pageOffset, 16 + META_LENGTH)
  const bytes = page.subarray(16)
  const view = new DataView(bytes.buffer, bytes.byteOffset, META_LENGTH)
  const magic = view.getUint32(0, true)
  if (magic === MAGIC_SWAPPED) {
    throw new EtcdFileError(plain('file-big-endian'))
  }
  if (magic !== MAGIC)
    return { meta: null, problem: { code: 'meta-magic', params: { stored: `0x${magic.toString(16)}`, magic: `0x${MAGIC.toString(16)}` } } }
  const version = view.getUint32(4, true)
  if (version !== 2) return { meta: null, problem: { code: 'meta-version', params: { version } } }
  const checksum = view.getBigUint64(56, true)
  if (checksum !== 0n && checksum !== fnv1a64(bytes.subarray(0, 56))) return { meta: null, problem: plain('checksum-wrong') }
  const pageSize = view.getUint32(8, true)
  if (pageSize < SMALLEST_PAGE || pageSize > LARGEST_PAGE || (pageSize & (pageSize - 1)) !== 0) {
    return { meta: null, problem: { code: 'meta-page-size', params: { size: pageSize } } }
  }
  const freelist = view.getBigUint64(32, true)
  const pgid = view.getBigUint64(40, true)
  if (pgid < 3n || pgid * BigInt(pageSize) > BigInt(Number.MAX_SAFE_INTEGER))
    return { meta: null, problem: { code: 'meta-pages', params: { pages: String(pgid) } } }
  const root = view.getBigUint64(16, true)
  if (root < 2n || root >= pgid) return { meta: null, problem: { code: 'meta-root', params: { root: String(root), pages: String(pgid) } } }
  return {
    meta: {
      pageSize,
      root: Number(root),
      sequence: view.getBigUint64(24, true),
      freelist: freelist === 0xffffffffffffffffn || freelist >= pgid ? null : Number(freelist),
      pgid: Number(pgid),
      txid: view.getBigUint64(48, true),
      checksummed: checksum !== 0n,
    },
    problem: null,
  }
}

/** FNV-1a, 64 bits: the checksum of a meta page. */
export function fnv1a64(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return hash
}
