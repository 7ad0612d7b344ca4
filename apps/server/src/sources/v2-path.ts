// The canonical form of a v2 path.
import { AppError } from '../problem.ts'

/** Cleans a v2 path as etcd does; paths that etcd cannot hold are refused, so that each node has one path. */
export function cleanPath(path: string): string {
  if (!path.startsWith('/'))
    throw new AppError('BAD_REQUEST', { code: 'v2-path-without-slash', params: {} }, { detail: path.slice(0, 200) })
  const clean = path === '/' ? '/' : path.replace(/\/$/, '')
  if (
    clean !== '/' &&
    clean
      .slice(1)
      .split('/')
      .some((part) => part === '' || part === '.' || part === '..')
  ) {
    throw new AppError('BAD_REQUEST', { code: 'v2-path-dots', params: {} }, { detail: path.slice(0, 200) })
  }
  return clean
}

/** Whether an event is of a key: its own, or the removal of a directory above it. */
export function isOrRemoves(event: { path: string; node: unknown }, path: string): boolean {
  return event.path === path || (event.node === null && path.startsWith(`${event.path}/`))
}
