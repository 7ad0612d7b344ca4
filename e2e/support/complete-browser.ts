// A complete Chromium, for what its headless shell cannot do.
import { existsSync } from 'node:fs'

const path = process.env.CHROMIUM_COMPLETE_PATH ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((one) => existsSync(one))

export const browserArguments = ['--no-sandbox', '--disable-background-networking', '--disable-quic', '--no-first-run']

/** Options of a launch; the browser of all other tests if only that is known. */
export const completeBrowser = { ...(path === undefined ? {} : { executablePath: path }), args: browserArguments }
