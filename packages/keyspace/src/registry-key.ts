// The grammar of /registry: which resource, namespace and name a key of the Kubernetes API server has.
import { toUtf8OrNull } from './bytes.ts'

/** What is not an ordinary object of a resource. */
export type SpecialKey = 'range' | 'masterlease' | 'peerserverlease' | 'compact-revision' | 'third-party-data'

/** A key taken apart. Every part is the key's own text. */
export interface RegistryKey {
  /** The directory of the resource below the etcd prefix, without slashes at its ends: `pods`, `services/specs`, `stable.example.com/crontabs`. */
  resource: string
  /** The API group where the path itself says it: custom resources and what an aggregated server stores. */
  group?: string
  /** The plural as the API knows it: `nodes` for `minions`. */
  plural: string
  namespace?: string
  name?: string
  special?: SpecialKey
}

// ResourcePrefix of the API server (`storage_factory.go`, `DefaultStorageFactory`): what is not stored under its own plural.
const pluralOfPrefix = new Map([
  ['minions', 'nodes'],
  ['services/specs', 'services'],
  ['services/endpoints', 'endpoints'],
  ['controllers', 'replicationcontrollers'],
  ['ingress', 'ingresses'],
  ['podsecuritypolicy', 'podsecuritypolicies'],
])

const specialOfDirectory = new Map<string, SpecialKey>([
  ['masterleases', 'masterlease'],
  ['peerserverleases', 'peerserverlease'],
])

/**
 * Takes a key apart, or returns null where the grammar does not know it (too many segments, empty ones, not UTF-8, another prefix): show such
 * a key raw. A directory of a resource (`/registry/pods`, `/registry/pods/`) has no name; `/registry/pods/shop/` has a namespace and no name.
 * A single segment below a resource is a name, for the path does not say whether the resource has namespaces.
 * @param options.prefix the API server's `--etcd-prefix`, `/registry` by default; OpenShift has `/kubernetes.io` and `/openshift.io`
 */
export function parseRegistryKey(key: Uint8Array, options: { prefix?: string } = {}): RegistryKey | null {
  const text = toUtf8OrNull(key)
  if (text === null) return null
  // `etcd3/compact.go`: the one key that an API server keeps outside its prefix.
  if (text === 'compact_rev_key') return { resource: '', plural: 'compact_rev_key', name: text, special: 'compact-revision' }
  const prefix = `/${(options.prefix ?? '/registry').split('/').filter(Boolean).join('/')}/`
  if (!text.startsWith(prefix)) return null
  const segments = text.slice(prefix.length).split('/')
  const directory = segments.length > 1 && segments.at(-1) === ''
  if (directory) segments.pop()
  if (segments.some((segment) => segment === '')) return null

  const [first = '', second] = segments
  if (first === 'ranges') {
    const name = segments[1]
    if (segments.length > 2 || (directory && name !== undefined)) return null
    return { resource: 'ranges', plural: 'ranges', ...(name === undefined ? {} : { name }), special: 'range' }
  }
  if (first === 'ThirdPartyResourceData') return parseThirdParty(segments, directory)

  const custom = first.includes('.')
  const twoSegments = custom || first === 'services'
  if (twoSegments && second === undefined) return null
  const resource = twoSegments ? `${first}/${second}` : first
  const rest = segments.slice(twoSegments ? 2 : 1)
  if (rest.length > 2 || (directory && rest.length > 1)) return null
  const plural = custom ? (second as string) : (pluralOfPrefix.get(resource) ?? resource)
  const special = specialOfDirectory.get(resource)
  return {
    resource,
    ...(custom ? { group: first } : {}),
    plural,
    ...placeOf(rest, directory),
    ...(special === undefined ? {} : { special }),
  }
}

function parseThirdParty(segments: string[], directory: boolean): RegistryKey | null {
  const [, group, plural, ...rest] = segments
  if (group === undefined || plural === undefined || rest.length > 2 || (directory && rest.length > 1)) return null
  return { resource: `ThirdPartyResourceData/${group}/${plural}`, group, plural, ...placeOf(rest, directory), special: 'third-party-data' }
}

/**
 * Namespace and name of a key, from the part below the directory of its resource; no namespace where there is no slash. Quick: a pass over a
 * registry asks for every key.
 */
export function placeBelow(resource: string, below: string): { namespace: string; name: string } {
  // The directory holds those of all third-party resources: <group>/<plural>/<namespace>/<name>.
  const from = resource === 'ThirdPartyResourceData' ? below.indexOf('/', below.indexOf('/') + 1) + 1 : 0
  const slash = below.indexOf('/', from)
  return { namespace: slash < 0 ? '' : below.slice(from, slash), name: below.slice(slash < 0 ? from : slash + 1) }
}

function placeOf(rest: string[], directory: boolean): { namespace?: string; name?: string } {
  const [a, b] = rest
  if (a === undefined) return {}
  if (b !== undefined) return { namespace: a, name: b }
  return directory ? { namespace: a } : { name: a }
}
