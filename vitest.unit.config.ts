// The tests of `npm run check`: those that start no other program and take at most a few seconds. `npm test` runs all of them.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { mergeConfig } from 'vitest/config'
import everything from './vitest.config.ts'

/** Imports of tests that start an etcd, a kine, the built server or another program. */
const STARTS_A_PROGRAM = /from '(node:child_process|[^']*\/(testing\/(etcd|kine)|testdata\/(live-etcd|releases))\.ts)'/

/** Tests with tens of thousands of random inputs, keyspaces of a million keys, whole clusters, or server timeouts. */
const LONG = [
  'apps/server/src/app.test.ts',
  'apps/server/src/plugins/spa.test.ts',
  'apps/server/src/registry/registries.test.ts',
  'apps/server/src/routes/sizes.test.ts',
  'packages/keyspace/src/list-level.test.ts',
  'packages/keyspace/src/read-prefix.test.ts',
  'packages/keyspace/src/walk-cost.test.ts',
  'packages/kube/src/clock/demo.test.ts',
  'packages/kube/src/clock/revision-clock.test.ts',
  'packages/kube/src/decode/check-value.test.ts',
  'packages/kube/src/decode/element-budget.test.ts',
  'packages/kube/src/decode/fuzz.test.ts',
  'packages/kube/src/mask/leaks.test.ts',
]

const root = import.meta.dirname
const sources = ['packages', 'apps'].flatMap((group) => readdirSync(path.join(root, group)).map((name) => `${group}/${name}/src`))
const startPrograms = sources.flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.test\.tsx?$/.test(file) && STARTS_A_PROGRAM.test(readFileSync(path.join(root, folder, file), 'utf8')))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`),
)

export default mergeConfig(everything, {
  test: {
    exclude: [...startPrograms, ...LONG],
    // Files share a thread and their imports: loading those for each file would take most of the time.
    isolate: false,
    pool: 'threads',
  },
})
