// Finds the parts of a cluster's state below what a person pointed at: a file, a data directory, its `member` or its `member/snap`.
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { classify, classifyDirectory, contiguousWal, HEAD_BYTES, isPartialSnapshot, snapFiles } from '@registree/etcd-file'
import { AppError } from '../../problem.ts'
import { openNodeFile } from './node-file.ts'

export interface Located {
  kind: 'snapshot' | 'database' | 'data-directory' | 'v2-snapshot'
  /** Paths; `db` null and the lists empty where there is none. */
  db: string | null
  snaps: string[]
  wals: string[]
}

/** Throws AppError SOURCE_CORRUPT with one sentence when the path is nothing that etcd writes. */
export async function locate(target: string): Promise<Located> {
  const facts = await stat(target)
  if (facts.isDirectory()) return await locateDirectory(target)
  const file = await openNodeFile(target)
  try {
    const head = await file.read(0, Math.min(HEAD_BYTES, file.size))
    const { kind, reason } = classify(file.size, head, path.basename(target) === 'db' || target.endsWith('.db'))
    if (kind === null) throw notEtcd(target, `${reason}.`)
    if (kind === 'v2-snapshot') return { kind, db: null, snaps: [target], wals: [] }
    if (isPartialSnapshot(path.basename(target))) throw notEtcd(target, 'it is a download that "etcdctl snapshot save" has not finished.')
    return { kind, db: target, snaps: [], wals: [] }
  } finally {
    await file.close()
  }
}

async function locateDirectory(target: string): Promise<Located> {
  const kind = classifyDirectory(await readdir(target))
  if (kind === null) throw notEtcd(target, 'the directory holds neither member/ nor snap/ nor db.')
  const snapDirectory =
    kind === 'data-directory' ? path.join(target, 'member', 'snap') : kind === 'member' ? path.join(target, 'snap') : target
  const walDirectory = path.join(snapDirectory, '..', 'wal')
  const snapNames = await names(snapDirectory)
  // A lone `snap` copied elsewhere has no `wal` beside it, and `..` may be anything.
  const walNames = await names(walDirectory)
  return {
    kind: 'data-directory',
    db: snapNames.includes('db') ? path.join(snapDirectory, 'db') : null,
    snaps: snapFiles(snapNames).map((name) => path.join(snapDirectory, name)),
    wals: contiguousWal(walNames).map((name) => path.join(walDirectory, name)),
  }
}

async function names(directory: string): Promise<string[]> {
  return await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
    throw error
  })
}

function notEtcd(target: string, why: string): AppError {
  return new AppError('SOURCE_CORRUPT', `${path.basename(target)} is nothing that etcd wrote: ${why}`)
}
