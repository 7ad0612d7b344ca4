// Explains why a file or directory cannot be opened: system errors, and paths that are neither.
import type { Stats } from 'node:fs'

const WORDS: Record<string, string> = {
  ENOENT: 'there is no such file or directory',
  EACCES: 'permission denied: the user that runs Registree may not read it',
  EPERM: 'the operating system does not permit it',
  ELOOP: 'its symbolic links form a loop',
  ENOTDIR: 'a part of the path is a file, not a directory',
  EISDIR: 'it is a directory',
  ENAMETOOLONG: 'the path is too long',
  EIO: 'the disk failed to read it; the log of the host says more',
  ESTALE: 'the network mount has lost it; mount it again',
  ENXIO: 'it is a socket or a device without a driver, not a file',
  EMFILE: 'too many files are open (see ulimit -n)',
  ENFILE: 'too many files are open on this host',
}

/** A system error in words, without a full stop; for other errors, their message. */
export function faultInWords(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return (code === undefined ? undefined : WORDS[code]) ?? message ?? String(error)
}

/** Why a path that is not a directory cannot be read at an offset; null for a regular file. */
export function notRegular(stats: Stats): string | null {
  if (stats.isFile()) return null
  if (stats.isDirectory()) return 'it is a directory'
  if (stats.isFIFO()) return 'it is a pipe (FIFO), which can be read only once and in order: write its content to a file first'
  if (stats.isSocket()) return 'it is a socket: to read a running etcd, give its address with --endpoints'
  if (stats.isCharacterDevice()) return 'it is a character device, not a file'
  if (stats.isBlockDevice()) return 'it is a block device: mount it and give the file on it'
  return 'it is not a regular file'
}
