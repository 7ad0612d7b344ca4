// Reads what applying a bundle would change as a stream, and the changed fields of one object on request.
import {
  type DiffAnswer,
  fromWireKey,
  type PreviewLine,
  type PreviewObject,
  type PreviewProgress,
  type PreviewStart,
} from '@registree/contract'
import { comparePaths } from '@registree/contract/compare-paths'
import { queryOptions } from '@tanstack/react-query'
import { activity } from '../../lib/activity.ts'
import type { Bundled } from '../../lib/BundleMenu.tsx'
import { getJson } from '../../lib/http.ts'
import { answerCut, readLines } from '../../lib/ndjson.ts'
import { pace } from '../../lib/pace.ts'
import { reads } from '../../lib/source-query.ts'

/** The bundle, and the cluster to apply it to; empty texts are absent. */
export interface PreviewSubject {
  path: string
  namespace: string
  /** As in the link of the download. */
  keys: string
  rev: string
  with: string
}

export interface PreviewData {
  start: PreviewStart
  objects: readonly PreviewObject[]
  /** Null before the first objects. */
  progress: PreviewProgress | null
}

export const previewParameters = (subject: PreviewSubject): Record<string, string | null> =>
  Object.fromEntries(Object.entries(subject).map(([name, value]) => [name, value.trim() || null]))

export const previewUrl = (cluster: string, subject: PreviewSubject) => comparePaths.bundlePreview(cluster, previewParameters(subject))

export const previewQuery = (cluster: string, subject: PreviewSubject) => {
  const queryKey = ['bundle-preview', cluster, previewUrl(cluster, subject)] as const
  return queryOptions({
    queryKey,
    queryFn: async ({ signal, client }): Promise<PreviewData> => {
      // A new reading is drawn only when complete: rows must not vanish while somebody reads them.
      const shown = client.getQueryData<PreviewData>(queryKey)?.progress?.done !== true
      const objects: PreviewObject[] = []
      let start: PreviewStart | null = null
      let progress: PreviewProgress | null = null
      const due = pace()
      await readLines<PreviewLine>(previewUrl(cluster, subject), signal, (line) => {
        if (line.type === 'start') start = line
        else if (line.type === 'objects') for (const object of line.objects) objects.push(object)
        else if (line.type === 'progress') progress = line
        if (shown && start !== null && due()) client.setQueryData<PreviewData>(queryKey, { start, objects: [...objects], progress })
      })
      const last = progress as PreviewProgress | null
      if (start === null || last?.done !== true) throw answerCut()
      activity.cost(last.cost.bundle)
      activity.cost(last.cost.cluster)
      return { start, objects, progress }
    },
    meta: reads<PreviewData>(cluster, { heavy: true, revisionOf: ({ start }) => start.bundle.revision }),
    // Two clusters are read: only the user starts it again.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    structuralSharing: false,
    gcTime: 10 * 60_000,
  })
}

/** What the download has, at a revision; null if the parameters name nothing. */
export function bundledOf(cluster: string, { path, namespace, keys }: PreviewSubject, rev: string): Bundled | null {
  if (keys === '') return path === '' && namespace === '' ? null : { cluster, rev, path: path || null, namespace: namespace || null }
  const parsed = keys.split(',').flatMap((part) => {
    const [key64 = '', own] = part.split('.')
    const key = fromWireKey({ key64 })
    return key === null ? [] : [{ key, rev: own ?? null }]
  })
  return { cluster, rev, keys: parsed }
}

/** From what the cluster has to what it would have. */
export const previewFieldsQuery = ({ bundle, cluster }: PreviewStart, object: PreviewObject) => {
  const [there, here] = [object.live && fromWireKey(object.live), fromWireKey(object)]
  const span = { from: cluster.revision, to: object.at }
  const url =
    there == null || here === null
      ? ''
      : comparePaths.diffBetween(cluster.cluster, there, span, { cluster: bundle.cluster, key: here }, { apply: true })
  return queryOptions({
    queryKey: ['preview-fields', cluster.cluster, url],
    queryFn: ({ signal }) => getJson<DiffAnswer>(url, signal),
    enabled: url !== '',
    meta: reads(cluster.cluster, { rev: cluster.revision, aside: true }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  })
}
