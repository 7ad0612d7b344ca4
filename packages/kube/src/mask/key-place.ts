// Whether a value is secret by its key alone.
import { utf8Text } from '../wire/text.ts'

export interface KeyPlace {
  /** `secrets` is a segment of the key. */
  secrets: boolean
  /** The key is `…/secrets/<namespace>/<name>`: a resource directory, not a namespace or name. */
  secretsDirectory: boolean
  /** The segment before that directory: the group of a custom resource also named secrets. */
  group: string
  /** OpenShift's access tokens, authorize tokens and clients. */
  oauth: boolean
  /** etcd v2's users. */
  passwords: boolean
  /** `…/config` or `…/subnets/…`, where flannel stores its network and leases. */
  flannel: boolean
  /** The last segments of the key, as in Kubernetes keys. */
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

/** The index of the Secrets directory: directly below the prefix, or before a namespace and a name. -1 if there is none. */
function directoryOfSecrets(segments: readonly string[]): number {
  if (segments.at(-3) === 'secrets') return segments.length - 3
  return segments[1] === 'secrets' && segments.length > 2 ? 1 : -1
}

/** Whether sizes at the key are rounded, decided without the value: it belongs to a Secret or something else that is completely masked. */
export function isSecretPlace(key: Uint8Array | string): boolean {
  const place = placeOfKey(key)
  return place.secretsDirectory || place.oauth || place.passwords
}
