// Runs every unit and integration test beside its source file, against the sources instead of the build.
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
    // These limits only end a test that would never pass: durations depend on the machine and on what else runs there.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    // Most tests wait for an etcd to start or for a condition, not for the CPU.
    maxWorkers: 3,
  },
})
