// The catalogue at once, its counts once etcd has counted, and its sizes as values are read.
import { apiPaths, type ResourceSize, type ResourcesAnswer, type SizesLine, type SizesProgress } from '@registree/contract'
import { queryOptions } from '@tanstack/react-query'
import { activity } from '../../lib/activity.ts'
import { getJson } from '../../lib/http.ts'
import { readLines } from '../../lib/ndjson.ts'
import { pace } from '../../lib/pace.ts'
import { reads } from '../../lib/source-query.ts'

export const resourcesQuery = (cluster: string) =>
  queryOptions({
    queryKey: ['resources', cluster],
    queryFn: ({ signal }) => getJson<ResourcesAnswer>(apiPaths.resources(cluster), signal),
    // A new catalogue makes etcd count every key.
    meta: reads<ResourcesAnswer>(cluster, {
      heavy: true,
      revisionOf: ({ revision }) => revision,
      finds: ({ resources }) => resources.length,
    }),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  })

/** Number of keys by directory path. etcd walks them all, so each revision is counted once. */
export const countsQuery = (cluster: string, revision: string) =>
  queryOptions({
    queryKey: ['resources', cluster, 'counts', revision],
    queryFn: async ({ signal }) => {
      const answer = await getJson<ResourcesAnswer>(apiPaths.resources(cluster, { counts: true, rev: revision }), signal)
      return new Map(answer.resources.map((resource) => [resource.path, resource.count ?? 0]))
    },
    meta: reads(cluster, { rev: revision, heavy: true }),
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  })

/** The sizes known so far. */
export interface Sizes {
  byPath: ReadonlyMap<string, ResourceSize>
  /** Null before the first page of values. */
  progress: SizesProgress | null
  complete: boolean
}

/** Reads the first few values of each directory: their versions, and bytes if the source knows them without reading. */
export const sampleQuery = (cluster: string, revision: string) => sizesQuery(cluster, revision, null, true)

/** Reads every value of one directory, or (null) of all: a live etcd reports a value's size only with the value. */
export const measureQuery = (cluster: string, revision: string, path: string | null) => sizesQuery(cluster, revision, path, false)

function sizesQuery(cluster: string, revision: string, path: string | null, sample: boolean) {
  const queryKey = ['resources', cluster, 'sizes', revision, path, sample] as const
  return queryOptions({
    queryKey,
    queryFn: async ({ signal, client }): Promise<Sizes> => {
      const byPath = new Map<string, ResourceSize>()
      let progress: SizesProgress | null = null
      const due = pace()
      await readLines<SizesLine>(apiPaths.sizes(cluster, { path, rev: revision, sample }), signal, (line) => {
        if (line.type === 'size') byPath.set(line.path, line)
        else if (line.type === 'progress') progress = line
        else activity.cost(line.cost)
        if (!due()) return
        client.setQueryData<Sizes>(queryKey, { byPath: new Map(byPath), progress, complete: false })
      })
      return { byPath, progress, complete: true }
    },
    meta: reads(cluster, { rev: revision, heavy: true }),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    structuralSharing: false,
  })
}
