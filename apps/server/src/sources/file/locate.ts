// Finds the parts of a cluster's state below a given path: a file, a data directory, its `member` or its `member/snap`.
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { classify, classifyDirectory, contiguousWal, HEAD_BYTES, isPartialSnapshot, snapFiles } from '@registree/etcd-file'
import { inEnglish } from '../../messages/in-english.ts'
import { AppError } from '../../problem.ts'
import { faultInWords, notRegular } from './file-fault.ts'
import { openNodeFile } from './node-file.ts'

export interface Located {
  kind: 'snapshot' | 'database' | 'data-directory' | 'v2-snapshot'
  /** Paths; `db` is null and the lists are empty if there are none. */
  db: string | null
  snaps: string[]
  wals: string[]
}

/** Throws AppError SOURCE_CORRUPT with one sentence if the path cannot be read or is nothing that etcd writes. */
export async function locate(target: string): Promise<Located> {
  try {
    const facts = await stat(target)
    if (facts.isDirectory()) return await locateDirectory(target)
    const fault = notRegular(facts)
    if (fault !== null) throw unusable(`${inEnglish.file(fault)}.`)
    return await locateFile(target)
  } catch (error) {
    throw error instanceof AppError ? error : unusable(`${faultInWords(error)}.`)
  }
}

async function locateFile(target: string): Promise<Located> {
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
  if (kind === null) throw await elsewhere(target, 'the directory holds neither member/ nor snap/ nor db')
  const snapDirectory =
    kind === 'data-directory' ? path.join(target, 'member', 'snap') : kind === 'member' ? path.join(target, 'snap') : target
  const walDirectory = path.join(snapDirectory, '..', 'wal')
  const snapNames = await names(snapDirectory)
  // A lone copied `snap` has no `wal` beside it, and its `..` may be anything.
  const walNames = await names(walDirectory)
  const db = snapNames.includes('db') ? path.join(snapDirectory, 'db') : null
  // k3s' `server` directory contains a directory named db with its etcd.
  if (db !== null && (await stat(db).catch(() => null))?.isDirectory())
    throw await elsewhere(target, `${path.relative(target, db)} is a directory, not a database`)
  return {
    kind: 'data-directory',
    db,
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

/** How many levels below a directory are searched for a data directory, to suggest it. */
const LOOK_BELOW = 2
const MOST_LOOKED = 200

/** The refusal of a directory, with the path of a data directory below it if there is one. */
async function elsewhere(target: string, why: string): Promise<AppError> {
  const seen = { left: MOST_LOOKED, sqlite: null }
  const directory = await dataDirectoryBelow(target, '', LOOK_BELOW, seen)
  if (directory !== null) return notEtcd(target, `${why}. The data directory is below: ${directory}.`)
  if (seen.sqlite === null) return notEtcd(target, `${why}.`)
  return notEtcd(
    target,
    `${why}. There is ${seen.sqlite}: k3s keeps its objects in this SQLite database when it runs without etcd, and Registree cannot read it.`,
  )
}

/** The path of a data directory below `target`, or null; also detects k3s' SQLite database. */
async function dataDirectoryBelow(
  target: string,
  relative: string,
  depth: number,
  seen: { left: number; sqlite: string | null },
): Promise<string | null> {
  // Unreadable directories are skipped: this only helps to find the right path.
  const entries = await readdir(path.join(target, relative), { withFileTypes: true }).catch(() => [])
  if (relative !== '' && classifyDirectory(entries.map(({ name }) => name)) === 'data-directory') return relative
  if (entries.some((entry) => entry.name === 'state.db' && entry.isFile())) seen.sqlite ??= path.join(relative, 'state.db')
  if (depth === 0) return null
  for (const entry of entries) {
    if (!entry.isDirectory() || seen.left-- <= 0) continue
    const found = await dataDirectoryBelow(target, path.join(relative, entry.name), depth - 1, seen)
    if (found !== null) return found
  }
  return null
}

function notEtcd(target: string, why: string): AppError {
  return unusable(`${path.basename(target)} is nothing that etcd wrote: ${why}`)
}

/** For the command line: Registree does not start with it. */
function unusable(text: string): AppError {
  return new AppError('SOURCE_CORRUPT', { code: 'stored-text', params: { text } })
}
