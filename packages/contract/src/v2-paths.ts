// Paths of the HTTP API for the v2 keyspace: apart from the others, which every page loads.
import { type DiffSpan, type Parameter, urlTail } from './permalink.ts'

type Extras = Parameters<typeof urlTail>[1]

const pathOf = (cluster: string, of: string, path: string, parameters: readonly Parameter[], extras: Extras = {}): string =>
  `/api/v1/clusters/${cluster}/v2/${of}${urlTail([['path', path], ...parameters], extras)}`

/** `at` is an index; null or undefined is the newest. */
export const v2Paths = {
  node: (cluster: string, path: string, view?: string | null, at?: string | null) => pathOf(cluster, 'node', path, [], { at, view }),
  raw: (cluster: string, path: string, at?: string | null) => pathOf(cluster, 'raw', path, [], { at }),
  /** The page of a key's history that begins before an index; default: the newest. */
  history: (cluster: string, path: string, { before, limit }: { before?: string | null; limit: number }) =>
    pathOf(cluster, 'history', path, [
      ['before', before],
      ['limit', String(limit)],
    ]),
  /** Without a span both sides are as they are now. */
  diff: (cluster: string, path: string, span: DiffSpan | null, other: string | null) =>
    pathOf(cluster, 'diff', path, [
      ['from', span?.from],
      ['to', span?.to],
      ['withPath', other],
    ]),
}
