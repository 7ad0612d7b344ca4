// Merges the published Go modules of Kubernetes releases into src/protobuf/descriptors.generated.ts, and says what changed and what is left to do.
// Usage: npm run descriptors -- v1.37.2 [v1.38 …] [--check]. Only this script needs Go and a network.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { byRelease, mergeRelease, readTable, writeTable } from './descriptor-table.mjs'
import { ModuleError, moduleFiles, moduleVersion } from './go-modules.mjs'
import { readRelease } from './read-release.mjs'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const target = new URL('../src/protobuf/descriptors.generated.ts', import.meta.url)

const given = process.argv.slice(2)
const check = given.includes('--check')
const releases = given.filter((argument) => argument !== '--check')
if (releases.length === 0 || releases.some((release) => !release.startsWith('v'))) {
  console.error(
    'usage: npm run descriptors -- RELEASE… [--check]\nRELEASE is v1.37.2, v1.38.0-beta.0, or v1.37 for its newest. --check writes nothing and exits with 1 where something would change',
  )
  process.exit(2)
}

const built = spawnSync('npx', ['tsc', '-b', 'packages/kube'], { cwd: root, encoding: 'utf8' })
if (built.status !== 0) {
  console.error(`descriptors: packages/kube does not build\n${built.stdout}${built.stderr}`)
  process.exit(2)
}
const { RESOURCES, removedIn, whyNeverStored } = await import('../dist/index.js')

/**
 * Every API server can read these, in a version that is no longer served (see src/tables/removed-versions.ts) or was never served by Kubernetes
 * itself.
 */
const APART = new Set(['apiextensions.k8s.io/v1beta1', 'apiregistration.k8s.io/v1beta1', 'federation/v1beta1'])

/** What has to be added by hand: the catalogue entry of a new kind, and versions that are no longer served. */
function leftToDo(release, { kinds, leftOut }, newest) {
  const minor = Number(release.split('.')[1])
  const lines = []
  const present = new Set()
  for (const { apiVersion, kind, removed } of kinds) {
    present.add(`${apiVersion} ${kind}`)
    const listed = RESOURCES.some((resource) => resource.kind === kind && resource.versions.includes(apiVersion))
    if (!listed) lines.push(`! ${apiVersion} ${kind} is stored and not in src/tables/resources.ts`)
    const known = removedIn(apiVersion, kind)
    if (removed !== undefined && removed <= minor && known !== removed && !APART.has(apiVersion))
      lines.push(
        `! ${apiVersion} ${kind} is not served from 1.${removed} on; src/tables/removed-versions.ts says ${known === undefined ? 'nothing' : `1.${known}`}`,
      )
  }
  // An older release lacks what came later.
  if (!newest) return lines
  for (const { kind, group, versions, custom } of RESOURCES) {
    for (const apiVersion of custom ? [] : versions) {
      const known = removedIn(apiVersion, kind)
      if (present.has(`${apiVersion} ${kind}`) || (known !== undefined && known <= minor) || APART.has(apiVersion)) continue
      // Its module could not be fetched.
      if (leftOut.length > 0 && group === 'apiextensions.k8s.io') continue
      lines.push(
        `! ${apiVersion} ${kind} is not in the modules; src/tables/removed-versions.ts says ${known === undefined ? 'nothing' : `1.${known}`}`,
      )
    }
  }
  return lines
}

try {
  const before = readFileSync(target, 'utf8')
  const table = readTable(before)
  const versions = [...new Set(releases.map(moduleVersion))].sort(byRelease)
  for (const version of versions) {
    const release = version.replace(/^v0/, 'v1')
    console.log(`${release}: reading the Go modules`)
    const found = readRelease(version, moduleFiles, whyNeverStored)
    for (const module of found.leftOut) console.log(`! ${module} could not be fetched: its messages stay as they are`)
    const changes = mergeRelease(table, release, found)
    for (const line of changes) console.log(line)
    console.log(`${release}: ${changes.length === 0 ? 'nothing changed' : `${changes.length} changes`}`)
    for (const line of leftToDo(release, found, table.releases.at(-1) === release)) console.log(line)
  }
  const after = writeTable(table)
  if (after === before) console.log('The table is as it was.')
  else if (check) console.log('The table would change.')
  else {
    writeFileSync(target, after)
    console.log(`Written: ${table.messages.size} messages, ${after.length} bytes.`)
  }
  process.exitCode = check && after !== before ? 1 : 0
} catch (error) {
  if (!(error instanceof ModuleError)) throw error
  console.error(`descriptors: ${error.message}`)
  process.exitCode = 2
}
