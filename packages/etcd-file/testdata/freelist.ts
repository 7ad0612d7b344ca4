// Gives a database a list of free pages, right or wrong, as one that a release before 3.3 wrote has it: for tests only.
import { createHash } from 'node:crypto'
import { openBolt } from '../src/bolt.ts'
import { fnv1a64 } from '../src/bolt-meta.ts'
import { openMvcc } from '../src/open-mvcc.ts'
import { bytesAccess } from '../src/random-access.ts'

const PAGE = 4096

/** A database of pages of 4096 bytes, ended where its pages end. `free` is every page that nothing uses, `pgid` the first beyond the end. */
export type FreelistBase = { database: Uint8Array; free: number[]; pgid: number; root: number }

export async function freelistBase(bytes: Uint8Array): Promise<FreelistBase> {
  const { inUse, bolt } = await openMvcc(await openBolt(bytesAccess(bytes)))
  const { pgid, root } = bolt.meta
  const free = Array.from({ length: pgid }, (_, id) => id).filter((id) => id > 1 && !inUse.has(id))
  return { database: bytes.slice(0, pgid * PAGE), free, pgid, root }
}

/** A snapshot with a list of these pages behind the others, and a right sha256; `edit` may then change the list's own page. */
export function withFreelist({ database, pgid }: FreelistBase, ids: number[], edit: (page: DataView) => void = () => {}): Uint8Array {
  const bytes = new Uint8Array((pgid + 1) * PAGE + 32)
  bytes.set(database)
  const view = new DataView(bytes.buffer)
  const at = pgid * PAGE
  view.setBigUint64(at, BigInt(pgid), true)
  view.setUint16(at + 8, 0x10, true)
  view.setUint16(at + 10, ids.length, true)
  for (const [i, id] of ids.entries()) view.setBigUint64(at + 16 + 8 * i, BigInt(id), true)
  edit(new DataView(bytes.buffer, at, PAGE))
  for (const meta of [16, PAGE + 16]) {
    view.setBigUint64(meta + 32, BigInt(pgid), true)
    view.setBigUint64(meta + 40, BigInt(pgid + 1), true)
    view.setBigUint64(meta + 56, fnv1a64(bytes.subarray(meta, meta + 56)), true)
  }
  bytes.set(createHash('sha256').update(bytes.subarray(0, -32)).digest(), bytes.length - 32)
  return bytes
}

/** A snapshot with a right sha256 in which the root page is free as well. */
export async function damagedSnapshot(bytes: Uint8Array): Promise<Uint8Array> {
  const base = await freelistBase(bytes)
  return withFreelist(base, [...base.free, base.root])
}
