// The path of a complete Chromium, for what its headless shell cannot do; undefined if only the browser of all other tests is known.
import { existsSync } from 'node:fs'

export const completeBrowser =
  process.env.CHROMIUM_COMPLETE_PATH ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path))
