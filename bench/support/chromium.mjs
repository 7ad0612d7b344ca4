// The system's Chromium for a benchmark: CHROMIUM_PATH, or the first of its usual names in PATH.
import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import { chromium } from '@playwright/test'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

function find() {
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  for (const file of NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)))) {
    try {
      accessSync(file, constants.X_OK)
      return file
    } catch {
      // Not here.
    }
  }
  throw new Error('Chromium is not in PATH: install Chromium or Chrome, or set CHROMIUM_PATH to it')
}

export function launchChromium() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? find(),
    args: ['--no-sandbox', '--disable-background-networking'],
  })
}
