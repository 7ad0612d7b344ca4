// Stored bytes as a download: what the browser is told of them, and the refusal to hand out a secret.
import { AppError } from '../problem.ts'

export function maskedRaw(): AppError {
  return new AppError('MASKED', 'The bytes hold a secret and stay on the server.', {
    hint: 'Start Registree with --reveal-secrets to see them.',
  })
}

/** Bytes that are never rendered, whatever they look like. */
export function downloadHeaders(name: string): Record<string, string> {
  return {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${name}"`,
    'x-content-type-options': 'nosniff',
  }
}

/** A name that no file system and no header minds. */
export function fileName(key: string): string {
  const name = key
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[_.]+/, '')
    .slice(-120)
  return `${name === '' ? 'value' : name}.bin`
}
