// Finds the captured cluster beside the repository; tests that need it are skipped with a reason if it is missing.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const shared = fileURLToPath(new URL('../../../../../../shared/', import.meta.url))

/** An absolute path below `../shared`, or null if it is missing (reported once on stderr). */
export function sharedFile(relative: string): string | null {
  const file = `${shared}${relative}`
  if (existsSync(file)) return file
  process.stderr.write(`skipping what needs ../shared/${relative}: it is not beside the repository\n`)
  return null
}
