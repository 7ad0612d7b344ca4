// What the frame must know about a query: to show the page's age, and to read it again when etcd is back or was replaced.

export interface SourceMeta {
  cluster: string
  keyspace: 'v3' | 'v2'
  /** The query's given revision, from the URL or another answer; null if it reads the newest. */
  rev: string | null
  /** It reads so much that only the user repeats it. */
  heavy: boolean
  /** Beside the page: its age does not count for the page. */
  aside: boolean
  /** The revision (or v2 index) of an answer; null if it has none. */
  revisionOf: (data: unknown) => string | null
  /** Whether an answer found Kubernetes objects; null if it does not tell. */
  finds: (data: unknown) => 'objects' | 'nothing' | null
}

declare module '@tanstack/react-query' {
  interface Register {
    queryMeta: { source?: SourceMeta }
  }
}

type About<Data> = Partial<Omit<SourceMeta, 'cluster' | 'revisionOf' | 'finds'>> & {
  revisionOf?: (data: Data) => string | null | undefined
  finds?: (data: Data) => number | null
}

/**
 * The `meta` of a query that reads a cluster.
 * @param about `finds`: the number of Kubernetes objects or resources in an answer; null before it is complete
 */
export function reads<Data>(cluster: string, about: About<Data> = {}): { source: SourceMeta } {
  const { keyspace = 'v3', rev = null, heavy = false, aside = false, revisionOf, finds } = about
  return {
    source: {
      cluster,
      keyspace,
      rev,
      heavy,
      aside,
      revisionOf: (data) => revisionOf?.(data as Data) ?? null,
      finds: (data) => {
        const found = finds?.(data as Data) ?? null
        return found === null ? null : found > 0 ? 'objects' : 'nothing'
      },
    },
  }
}
