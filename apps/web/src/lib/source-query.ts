// What the frame must know of a query that reads a cluster: so it can say how old a page is, and have it read again when etcd is back or was replaced.

export interface SourceMeta {
  cluster: string
  keyspace: 'v3' | 'v2'
  /** The revision that the query was told, by the address or by another answer; null where it reads what is newest. */
  rev: string | null
  /** It reads so much that only a person asks for it again. */
  heavy: boolean
  /** Beside the page: how old it is says nothing about the page. */
  aside: boolean
  /** The revision (or v2 index) that an answer was read at; null where it has none. */
  revisionOf: (data: unknown) => string | null
  /** Whether an answer says that there are no Kubernetes objects; null where it says nothing of that. */
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
 * @param about `finds`: how many Kubernetes objects or resources an answer has; null before it is whole
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
