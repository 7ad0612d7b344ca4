// Reads findings in one pass over the registry, as a stream: findings are shown while the rest is still being read.
import { apiPaths, type Finding, type FindingRule, type FindingsEnd, type FindingsHead, type FindingsLine } from '@registree/contract'
import { queryOptions } from '@tanstack/react-query'
import { activity } from '../../lib/activity.ts'
import { answerCut, readLines } from '../../lib/ndjson.ts'
import { pace } from '../../lib/pace.ts'
import { reads } from '../../lib/source-query.ts'

export interface FindingsData {
  head: FindingsHead
  findings: ReadonlyMap<FindingRule, readonly Finding[]>
  /** Progress of the pass; null before its first page. */
  progress: { read: number; bytes: number; path: string } | null
  /** Null until everything was read. */
  end: FindingsEnd | null
}

/** `all`: the user has agreed to read a large live cluster. */
export const findingsQuery = (cluster: string, all: boolean) => {
  const queryKey = ['findings', cluster, all] as const
  return queryOptions({
    queryKey,
    queryFn: async ({ signal, client }): Promise<FindingsData> => {
      const before = client.getQueryData<FindingsData>(queryKey)
      // A new reading is drawn only when complete: findings must not vanish while somebody reads them.
      const shown = before === undefined || before.end === null
      const findings = new Map<FindingRule, Finding[]>()
      let head: FindingsHead | null = null
      let progress: FindingsData['progress'] = null
      let end: FindingsEnd | null = null
      const due = pace()
      await readLines<FindingsLine>(apiPaths.findings(cluster, { all }), signal, (line) => {
        if (line.type === 'head') head = line
        else if (line.type === 'progress') progress = line
        else if (line.type === 'found') {
          for (const finding of line.findings) {
            const known = findings.get(finding.rule)
            if (known === undefined) findings.set(finding.rule, [finding])
            else known.push(finding)
          }
        } else {
          end = line
          activity.cost(line.cost)
        }
        if (!shown || head === null || !due()) return
        client.setQueryData<FindingsData>(queryKey, { head, findings: copy(findings), progress, end: null })
      })
      if (head === null || (end === null && !(head as FindingsHead).ask)) throw answerCut()
      return { head, findings, progress, end }
    },
    meta: reads<FindingsData>(cluster, { heavy: true, revisionOf: ({ head }) => head.revision, finds: ({ end }) => end?.read ?? null }),
    // A pass makes etcd walk every key: only the user starts it again.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    structuralSharing: false,
    gcTime: 10 * 60_000,
  })
}

/** React must not see later changes to what it draws. */
function copy(findings: ReadonlyMap<FindingRule, readonly Finding[]>): ReadonlyMap<FindingRule, readonly Finding[]> {
  return new Map([...findings].map(([rule, list]) => [rule, [...list]]))
}
