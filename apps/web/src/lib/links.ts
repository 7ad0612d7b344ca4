// Links to v3 keys and directories by one function; the contract defines all links.
import { keyLink, type LinkExtras, prefixLink } from '@registree/contract'

export const v3Href = (cluster: string, kind: 'key' | 'directory', bytes: Uint8Array, extras: LinkExtras = {}): string =>
  kind === 'key' ? keyLink(cluster, bytes, extras) : prefixLink(cluster, bytes, extras)
