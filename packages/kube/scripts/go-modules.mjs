// Fetches the published Go modules of a Kubernetes release with Go's own client, and reads text files in them.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strFromU8, unzipSync } from 'fflate'

export class ModuleError extends Error {}

/** Runs Go outside any module, without fetching another toolchain: nothing is built. */
function go(...args) {
  const nowhere = mkdtempSync(join(tmpdir(), 'registree-descriptors-'))
  try {
    const run = spawnSync('go', args, {
      cwd: nowhere,
      encoding: 'utf8',
      env: { ...process.env, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local', GOWORK: 'off' },
      maxBuffer: 64 * 1024 * 1024,
    })
    if (run.error !== undefined)
      throw new ModuleError(`go does not run (${run.error.message}). This recipe alone needs Go: https://go.dev/dl`)
    return run
  } finally {
    rmSync(nowhere, { recursive: true })
  }
}

/**
 * The module version of a release: `v1.37.2` is v0.37.2; `v1.37` is its newest patch, or its newest pre-release if there is no release.
 * @param {string} release
 */
export function moduleVersion(release) {
  const [, minor, rest] = /^v1\.(\d+)(\.\d+(?:-[\w.]+)?)?$/.exec(release) ?? []
  if (minor === undefined) throw new ModuleError(`${release} is no Kubernetes release: name one as v1.37.2, v1.38.0-beta.0 or v1.37`)
  if (rest !== undefined) return `v0.${minor}${rest}`
  const listed = go('list', '-m', '-versions', 'k8s.io/api')
  // Go lists versions in ascending order, pre-releases before their release.
  const versions = listed.stdout.split(/\s+/).filter((version) => version.startsWith(`v0.${minor}.`))
  const newest = versions.findLast((version) => !version.includes('-')) ?? versions.at(-1)
  if (newest === undefined) throw new ModuleError(`k8s.io/api has no version of ${release}: ${listed.stderr.trim() || 'none is listed'}`)
  return newest
}

/**
 * The files of a module whose name passes `wanted`, by their path in the module.
 * @param {string} path of the module @param {string} version @param {(path: string) => boolean} wanted
 * @returns {Map<string, string>}
 */
export function moduleFiles(path, version, wanted) {
  const run = go('mod', 'download', '-json', `${path}@${version}`)
  const told = run.stdout.trim() === '' ? {} : JSON.parse(run.stdout)
  // The zip exists even if the module requires a newer Go: its files are only read.
  if (told.Zip === undefined || !existsSync(told.Zip))
    throw new ModuleError(`${path}@${version} could not be fetched: ${told.Error ?? run.stderr.trim()}`)
  const root = `${path}@${version}/`
  const files = unzipSync(readFileSync(told.Zip), { filter: ({ name }) => wanted(name.slice(root.length)) })
  return new Map(Object.entries(files).map(([name, bytes]) => [name.slice(root.length), strFromU8(bytes)]))
}
