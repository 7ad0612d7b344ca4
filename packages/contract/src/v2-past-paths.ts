// Paths of the HTTP API for the past of a v2 key: apart from the others, which every page loads.
import { type DiffSpan, v2ApiPath } from './permalink.ts'

export const v2PastPaths = {
  /** The page of a key's history that begins before an index; default: the newest. */
  history: (cluster: string, path: string, { before, limit }: { before?: string | null; limit: number }) =>
    v2ApiPath(cluster, 'history', path, [
      ['before', before],
      ['limit', String(limit)],
    ]),
  /** Without a span both sides are as they are now. */
  diff: (cluster: string, path: string, span: DiffSpan | null, other: string | null) =>
    v2ApiPath(cluster, 'diff', path, [
      ['from', span?.from],
      ['to', span?.to],
      ['with', other],
    ]),
}
