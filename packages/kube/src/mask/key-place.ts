// What the key of a value says about whether it is secret, whatever the value says of itself.
import { utf8Text } from '../wire/text.ts'

export interface KeyPlace {
  /** A segment of the key is `secrets`. */
  secrets: boolean
  /** The key is `…/secrets/<namespace>/<name>`: the directory of the resource, not a namespace or a name. */
  secretsDirectory: boolean
  /** The segment before that directory: the group of a custom resource that is called secrets as well. */
  group: string
  /** OpenShift's access tokens, authorize tokens and clients. */
  oauth: boolean
  /** etcd v2's users. */
  passwords: boolean
  /** `…/config` or `…/subnets/…`, where flannel keeps its network and its leases. */
  flannel: boolean
  /** The last segments of the key, as Kubernetes builds it. */
  namespace: string
  name: string
}

const OAUTH_RESOURCES = new Set(['oauthaccesstokens', 'oauthauthorizetokens', 'oauthclients'])
/** Below `oauth/`. */
const OAUTH_DIRECTORIES = new Set(['accesstokens', 'authorizetokens', 'clients'])

/** @param key in the v3 keyspace, or the path in the v2 keyspace */
export function placeOfKey(key: Uint8Array | string): KeyPlace {
  const path = typeof key === 'string' ? key : utf8Text(key)
  const segments = path.split('/').filter((segment) => segment !== '')
  const secretsAt = directoryOfSecrets(segments)
  return {
    secrets: segments.includes('secrets'),
    secretsDirectory: secretsAt >= 0,
    group: segments[secretsAt - 1] ?? '',
    oauth: OAUTH_RESOURCES.has(segments.at(-2) ?? '') || (segments.at(-3) === 'oauth' && OAUTH_DIRECTORIES.has(segments.at(-2) ?? '')),
    passwords: segments[0] === '2' && segments[1] === 'users',
    flannel: segments.at(-1) === 'config' || segments.at(-2) === 'subnets',
    namespace: segments.at(-2) ?? '',
    name: segments.at(-1) ?? '',
  }
}

/** Where the directory of the Secrets is: right below the prefix, or with a namespace and a name below it. -1 where there is none. */
function directoryOfSecrets(segments: readonly string[]): number {
  if (segments.at(-3) === 'secrets') return segments.length - 3
  return segments[1] === 'secrets' && segments.length > 2 ? 1 : -1
}

/** Whether sizes of what lies at the key are told rounded, without a look at the value: it is a Secret's, or what else is masked as a whole. */
export function isSecretPlace(key: Uint8Array | string): boolean {
  const place = placeOfKey(key)
  return place.secretsDirectory || place.oauth || place.passwords
}
