// Stored bytes as a download, and the refusal to return a secret.
import { AppError } from '../problem.ts'

export function maskedRaw(): AppError {
  return new AppError(
    'MASKED',
    { code: 'bytes-masked', params: {} },
    {
      hint: { code: 'reveal-to-see', params: {} },
    },
  )
}

/** Headers for bytes that must never be rendered. */
export function downloadHeaders(name: string): Record<string, string> {
  return {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${name}"`,
    'x-content-type-options': 'nosniff',
  }
}

/** A name that is valid in every file system and header. */
export function fileName(key: string): string {
  const name = key
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[_.]+/, '')
    .slice(-120)
  return `${name === '' ? 'value' : name}.bin`
}
