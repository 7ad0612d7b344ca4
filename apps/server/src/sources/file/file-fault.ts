// Explains why a file or directory cannot be opened: system errors, and paths that are neither.
import type { Stats } from 'node:fs'
import { EtcdFileError, type FileMessage as FoundInFile } from '@registree/etcd-file'
import { inEnglish } from '../../messages/in-english.ts'

const CODES: Record<string, FoundInFile['code']> = {
  ENOENT: 'fault-missing',
  EACCES: 'fault-permission',
  EPERM: 'fault-not-permitted',
  ELOOP: 'fault-link-loop',
  ENOTDIR: 'fault-no-directory',
  EISDIR: 'fault-directory',
  ENAMETOOLONG: 'fault-long-path',
  EIO: 'fault-disk',
  ESTALE: 'fault-stale',
  ENXIO: 'fault-no-driver',
  EMFILE: 'fault-files-open',
  ENFILE: 'fault-files-open-on-host',
}

/** A system error or what is wrong with a file, as a part of a sentence; for other errors, their message. */
export function faultOf(error: unknown): FoundInFile {
  if (error instanceof EtcdFileError) return error.says
  const { code, message } = error as NodeJS.ErrnoException
  const known = code === undefined ? undefined : CODES[code]
  return known === undefined ? { code: 'stored-text', params: { text: message ?? String(error) } } : plain(known)
}

/** The same in English, for the command line. */
export const faultInWords = (error: unknown): string => inEnglish.file(faultOf(error))

/** A message without parameters. */
const plain = (code: FoundInFile['code']) => ({ code, params: {} }) as FoundInFile

/** Why a path that is not a directory cannot be read at an offset; null for a regular file. */
export function notRegular(stats: Stats): FoundInFile | null {
  if (stats.isFile()) return null
  if (stats.isDirectory()) return plain('fault-directory')
  if (stats.isFIFO()) return plain('fault-pipe')
  if (stats.isSocket()) return plain('fault-socket')
  if (stats.isCharacterDevice()) return plain('fault-character-device')
  if (stats.isBlockDevice()) return plain('fault-block-device')
  return plain('fault-no-regular-file')
}
