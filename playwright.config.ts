// Browser tests against the built server on the demo cluster, with the system's Chromium, at 1440 px and on a phone.
import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'
import { browserArguments } from './e2e/support/complete-browser.ts'

// The shell is the same Chromium without its own windows: a third less processor time.
const browsers = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/chromium-browser']
const chromium = process.env.CHROMIUM_PATH ?? browsers.find((path) => existsSync(path))

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/support/global-setup.ts',
  outputDir: 'test-results',
  // Twice the cores of a small machine: tests often wait, for example for an etcd to return or for a page to rest.
  workers: 4,
  // Tests wait for conditions, whose duration depends on the machine and on what else runs there. These limits only end a test that would never pass.
  // `npm run bench` measures speed.
  timeout: 360_000,
  expect: { timeout: 60_000 },
  forbidOnly: process.env.CI !== undefined,
  reporter: 'list',
  use: {
    // Set by the global setup, which starts the server on a free port.
    baseURL: process.env.REGISTREE_E2E_URL ?? '',
    viewport: { width: 1440, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
    launchOptions: {
      ...(chromium ? { executablePath: chromium } : {}),
      args: browserArguments,
    },
  },
  projects: [
    { name: 'desktop-light', grepInvert: /@phone-only/, use: { colorScheme: 'light' } },
    // @phone marks what a narrow screen could break. What a theme could break is its contrast: `expectAccessible` checks both themes.
    { name: 'phone', grep: /@phone/, use: { colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true } },
  ],
})
