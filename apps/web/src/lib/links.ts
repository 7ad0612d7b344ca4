// Links of either kind of v3 place with one call; everything else about links is in the contract.
import { keyLink, type LinkExtras, prefixLink } from '@registree/contract'

export const v3Href = (cluster: string, kind: 'key' | 'directory', bytes: Uint8Array, extras: LinkExtras = {}): string =>
  kind === 'key' ? keyLink(cluster, bytes, extras) : prefixLink(cluster, bytes, extras)
