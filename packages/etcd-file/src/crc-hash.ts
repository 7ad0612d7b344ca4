// The "hash" of `etcdctl snapshot status`: a CRC-32C over every bucket's name, keys and values.
import type { BoltFile } from './bolt.ts'
import { walkNotes } from './bolt.ts'
import { isBucket, keyLength, keyStart, valueLength } from './bolt-page.ts'
import { crc32c } from './crc32c.ts'
import { EtcdFileError } from './errors.ts'
import type { Finding } from './random-access.ts'

/**
 * Computes the hash by reading the whole database: an unsigned 32-bit number, as printed by etcdctl. Throws EtcdFileError if a page is broken: the
 * hash of a part would be mistaken for the hash of the whole. Source: etcdutl/snapshot/v3_snapshot.go Status().
 */
export async function crcHash(bolt: BoltFile, signal?: AbortSignal): Promise<number> {
  let crc = 0
  const findings: Finding[] = []
  for (const bucket of bolt.buckets) {
    crc = crc32c(bucket.name, crc)
    const notes = walkNotes('hash', findings)
    for await (const leaves of bolt.leaves(bucket, { notes })) {
      signal?.throwIfAborted()
      for (const page of leaves) for (const [from, to] of entrySpans(page)) crc = crc32c(page.bytes.subarray(from, to), crc)
    }
    const problem = findings[0]
    if (problem) throw new EtcdFileError({ code: 'hash-none', params: { why: problem.says } })
  }
  return crc
}

/** Key and value of each element are adjacent: [from, to) in the page's bytes. */
function* entrySpans(page: Parameters<typeof keyStart>[0]): Generator<[number, number]> {
  for (let i = 0; i < page.count; i++) {
    const start = keyStart(page, i)
    yield [start, start + keyLength(page, i) + (isBucket(page, i) ? 0 : valueLength(page, i))]
  }
}
