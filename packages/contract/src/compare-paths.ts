// Paths of the HTTP API that only the page of comparisons asks: apart from the others, so that a first visit does not load them.
import { bytesParameter, type DiffSpan, type Parameter, urlTail } from './permalink.ts'

export const comparePaths = {
  /** What differs between two clusters; the parameters of `CompareQuery`. */
  compare: (cluster: string, query: Readonly<Record<string, string | null | undefined>>) =>
    `/api/v1/clusters/${cluster}/v3/compare${urlTail(Object.entries(query), {})}`,
  /** The same of the v2 keyspace; the parameters of `CompareV2Query`. */
  compareV2: (cluster: string, query: Readonly<Record<string, string | null | undefined>>) =>
    `/api/v1/clusters/${cluster}/v2/compare${urlTail(Object.entries(query), {})}`,
  /** One v2 key here and in another cluster, field by field; `to` is an index of the other one. */
  diffV2: (cluster: string, path: string, { from, to }: DiffSpan, other: string) =>
    `/api/v1/clusters/${cluster}/v2/diff${urlTail(
      [
        ['path', path],
        ['from', from],
        ['to', to],
        ['with', other],
      ],
      {},
    )}`,
  /** What applying a bundle would change; the parameters of `BundlePreviewQuery`. */
  bundlePreview: (cluster: string, query: Readonly<Record<string, string | null | undefined>>) =>
    `/api/v1/clusters/${cluster}/v3/bundle-preview${urlTail(Object.entries(query), {})}`,
  memberHashes: (cluster: string) => `/api/v1/clusters/${cluster}/v3/member-hashes`,
  /** The changed fields of a key between two clusters, where `to` is a revision of the other one. */
  diffBetween: (
    cluster: string,
    key: Uint8Array,
    { from, to }: DiffSpan,
    other: { cluster: string; key: Uint8Array },
    { member, withMember, apply }: { member?: string | null | undefined; withMember?: string | null | undefined; apply?: boolean } = {},
  ) => {
    const [name, value] = bytesParameter('key', other.key)
    const parameters: Parameter[] = [bytesParameter('key', key), ['from', from], ['to', to], ['with', other.cluster]]
    parameters.push([name === 'key' ? 'withKey' : 'withKey64', value], ['member', member], ['withMember', withMember])
    if (apply) parameters.push(['apply', '1'])
    return `/api/v1/clusters/${cluster}/v3/diff${urlTail(parameters, {})}`
  },
}
