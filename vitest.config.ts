// Runs the unit and integration tests, which are beside their source files, against the sources instead of the build.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { defineConfig } from 'vitest/config'

const root = import.meta.dirname
const conditions = ['registree-source', 'module', 'node', 'development|production']

const FOLDERS = [
  'packages/*/src/**/*.test.ts',
  'apps/*/src/**/*.test.ts',
  'apps/*/src/**/*.test.tsx',
  'scripts/**/*.test.ts',
  'packages/*/scripts/**/*.test.ts',
]

/** Imports of tests that start an etcd, a kine, the built server or another program. */
const STARTS_A_PROGRAM = /from '(node:child_process|[^']*\/(testing\/(etcd|kine)|testdata\/(live-etcd|releases))\.ts)'/

/** Tests with tens of thousands of random inputs, keyspaces of a million keys, whole clusters, or server timeouts: each takes seconds. */
const LONG = [
  'apps/server/src/app.test.ts',
  'apps/server/src/jobs/search-page.test.ts',
  'apps/server/src/plugins/spa.test.ts',
  'apps/server/src/policies.test.ts',
  'apps/server/src/registry/registries.test.ts',
  'apps/server/src/routes/allocation.test.ts',
  'apps/server/src/routes/compare-ends.test.ts',
  'apps/server/src/routes/lookup.test.ts',
  'apps/server/src/routes/sizes.test.ts',
  'apps/server/src/routes/trouble.test.ts',
  'apps/server/src/values/stored-objects.test.ts',
  'apps/web/src/features/value/allocation/entries.test.ts',
  'apps/web/src/ui/code/line-path.test.ts',
  'packages/contract/src/permalink.test.ts',
  'packages/etcd-file/src/demo.test.ts',
  'packages/etcd-file/src/key-table.test.ts',
  'packages/keyspace/src/list-level.test.ts',
  'packages/keyspace/src/read-prefix.test.ts',
  'packages/keyspace/src/walk-cost.test.ts',
  'packages/kube/src/clock/demo.test.ts',
  'packages/kube/src/clock/revision-clock.test.ts',
  'packages/kube/src/decode/check-value.test.ts',
  'packages/kube/src/decode/element-budget.test.ts',
  'packages/kube/src/decode/fuzz.test.ts',
  'packages/kube/src/diff/diff-values.test.ts',
  'packages/kube/src/diff/leaks.test.ts',
  'packages/kube/src/helm/helm-release.test.ts',
  'packages/kube/src/mask/leaks.test.ts',
  'packages/kube/src/ranges/range-allocation.test.ts',
  'packages/kube/src/render/render-yaml.test.ts',
  'packages/query/src/pattern/pattern.test.ts',
]

const sources = ['packages', 'apps'].flatMap((group) => readdirSync(path.join(root, group)).map((name) => `${group}/${name}/src`))
const startPrograms = sources.flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.test\.tsx?$/.test(file) && STARTS_A_PROGRAM.test(readFileSync(path.join(root, folder, file), 'utf8')))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`),
)
const slow = [...startPrograms, ...LONG]

export default defineConfig({
  test: {
    // Most tests wait for an etcd to start or for a condition, not for the CPU.
    maxWorkers: 3,
    projects: [
      // Those of `npm run check`. Files share a thread and their imports: loading these for each file would take most of the time.
      project('quick', { include: FOLDERS, exclude: [...slow, '**/node_modules/**'], isolate: false, pool: 'threads' }),
      // As these do, but in processes: one measures the memory of its own.
      project('slow', { include: slow, isolate: false, pool: 'forks' }),
    ],
  },
})

function project(name: string, test: { include: string[]; exclude?: string[]; isolate?: boolean; pool?: 'threads' | 'forks' }) {
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      name,
      // These limits only end a test that would never pass: durations depend on the machine and on what else runs there.
      testTimeout: 300_000,
      hookTimeout: 300_000,
      expect: { poll: { timeout: 120_000 } },
      ...test,
    },
  }
}
