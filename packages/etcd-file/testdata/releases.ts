// Files that etcd 3.6 and 3.7 wrote, with what these releases say of them: for tests only. scripts/make-release-data.mjs makes them.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('./releases', import.meta.url))

export const RELEASES: string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.tgz'))
  .map((name) => name.slice(0, -4))
  .sort()

type Answer = {
  header: { revision: string }
  kvs: { key: string; value?: string; create_revision: string; mod_revision: string; version: string; lease?: string }[]
}

/** `snapshot` is what `etcdutl snapshot status` prints; the others are answers to a Range over everything, and to Status. */
export type ReleaseTruth = {
  release: string
  snapshot: { hash: number; revision: number; totalKey: number; totalSize: number; version: string }
  keys: Answer
  restored: Answer
  killed: Answer
  downgrading: { storageVersion?: string; downgradeInfo: { enabled: boolean; targetVersion: string } }
}

/** Unpacks what a release wrote; `path('killed')` and so on are data directories, `path('snapshot.db')` is a snapshot. */
export function unpackRelease(release: string): { path(name: string): string; truth: ReleaseTruth; remove(): void } {
  const to = mkdtempSync(join(tmpdir(), 'registree-release-'))
  execFileSync('tar', ['xzf', join(folder, `${release}.tgz`), '-C', to])
  return {
    path: (name) => join(to, name),
    truth: JSON.parse(readFileSync(join(to, 'truth.json'), 'utf8')),
    remove: () => rmSync(to, { recursive: true }),
  }
}
