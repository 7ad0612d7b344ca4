// Runs every unit and integration test that stands beside its source file, against the sources and not the build.
import { defineConfig } from 'vitest/config'

const conditions = ['registree-source', 'module', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'apps/*/src/**/*.test.ts',
      'apps/*/src/**/*.test.tsx',
      'scripts/**/*.test.ts',
      'packages/*/scripts/**/*.test.ts',
    ],
    // These only end a test that would never pass: how long one takes depends on the machine and on what else runs there.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    // Most of these wait for an etcd that starts or for a condition, and not for a processor.
    maxWorkers: 3,
  },
})
