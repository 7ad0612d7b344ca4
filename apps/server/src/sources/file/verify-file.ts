// Verifies an opened file in the background: the checksum at its end, and the page checks of etcdctl.
import { performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import type { FileStatus, Notice } from '@registree/contract'
import { checkFreelist, verifyTrailer } from '@registree/etcd-file'
import { notice, noticeOfFile } from '../../messages/notice.ts'
import { faultOf } from './file-fault.ts'
import type { OpenedDatabase } from './open-member-files.ts'

const LARGE_BYTES = 64 * 1024 * 1024
const FIRST_PAGES_MS = 1500
/** While the thread works for others, hashing waits and looks again after {@link LOOK_MS}; but no longer than this in all. */
const MOST_WAIT_MS = 10_000
const LOOK_MS = 20
/** Share of the time in which the thread works. */
const BUSY = 0.5
/** Mebibytes that are hashed between two looks: some ten milliseconds. */
const HASHED_AT_ONCE = 32

/**
 * Starts the verification and returns at once; `facts` and `notices` are filled in as it proceeds. Hashing half a gigabyte takes a second, so the
 * first pages are shown before it begins, and later ones go first.
 */
export function verifyFile(database: OpenedDatabase, facts: FileStatus, notices: Notice[], signal: AbortSignal): void {
  const { file, keyspace } = database
  facts.structure = 'checking'
  if (facts.kind === 'snapshot') facts.trailer = 'checking'
  else facts.trailer = file.size % 512 === 0 ? 'absent' : 'truncated'
  if (facts.trailer === 'truncated' && file.size >= keyspace.stats.size) notices.push(noTrailer(keyspace.stats.size))
  const wait = file.size < LARGE_BYTES ? 0 : FIRST_PAGES_MS
  const both = async () => {
    await setTimeout(wait, undefined, { signal })
    await checkStructure(database, facts, notices)
    if (facts.trailer === 'checking') await checkTrailer(database, facts, notices, signal)
  }
  // Both report their own errors; this only ignores that the file was closed.
  both().catch(() => {})
}

async function checkStructure({ keyspace }: OpenedDatabase, facts: FileStatus, notices: Notice[]): Promise<void> {
  try {
    const { bolt, inUse, treesWhole, findings } = keyspace
    const list = await checkFreelist(bolt, inUse, treesWhole)
    if (list !== null) notices.push(noticeOfFile(list))
    const damaged = findings.some(({ level, where }) => level === 'error' && where !== 'WAL')
    facts.structure = list !== null || damaged ? 'refused' : 'sound'
  } catch (error) {
    facts.structure = null
    notices.push(notice('error', 'free list', 'pages-unchecked', { reason: faultOf(error) }))
  }
}

async function checkTrailer({ file }: OpenedDatabase, facts: FileStatus, notices: Notice[], signal: AbortSignal): Promise<void> {
  try {
    facts.trailer = await verifyTrailer(file, signal, lettingOthersGoFirst(signal))
    if (facts.trailer === 'mismatch') notices.push(notice('error', 'sha256', 'sha256-mismatch', {}))
  } catch (error) {
    if (signal.aborted) return
    facts.trailer = null
    notices.push(notice('error', 'sha256', 'checksum-unchecked', { reason: faultOf(error) }))
  }
}

/** Called after each mebibyte. */
function lettingOthersGoFirst(signal: AbortSignal): () => Promise<void> | undefined {
  let hashed = 0
  let waited = 0
  const look = async () => {
    for (let isBusy = true; isBusy && waited < MOST_WAIT_MS; waited += LOOK_MS) {
      const before = performance.eventLoopUtilization()
      await setTimeout(LOOK_MS, undefined, { signal })
      isBusy = performance.eventLoopUtilization(before).utilization > BUSY
    }
  }
  return () => (hashed++ % HASHED_AT_ONCE === 0 ? look() : undefined)
}

function noTrailer(size: number): Notice {
  return notice('error', 'sha256', 'sha256-cut', { size: String(size) })
}
