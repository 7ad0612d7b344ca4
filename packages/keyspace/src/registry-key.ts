// The grammar of /registry: the resource, namespace and name in a key of the Kubernetes API server.
import { toUtf8OrNull } from './bytes.ts'

/** Keys that are not ordinary objects. */
export type SpecialKey = 'range' | 'masterlease' | 'peerserverlease' | 'compact-revision' | 'third-party-data'

/** A parsed key. Every part is the key's own text. */
export interface RegistryKey {
  /** The resource's directory below the etcd prefix, without outer slashes: `pods`, `services/specs`, `stable.example.com/crontabs`. */
  resource: string
  /** The API group, if the path contains it: custom resources and those of an aggregated server. */
  group?: string
  /** The plural as the API knows it: `nodes` for `minions`. */
  plural: string
  namespace?: string
  name?: string
  special?: SpecialKey
}

// ResourcePrefix of the API server (`storage_factory.go`, `DefaultStorageFactory`): resources not stored under their plural.
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
 * Parses a key, or returns null if the grammar does not match (too many segments, empty ones, not UTF-8, another prefix): show such a key raw. A
 * resource's directory (`/registry/pods`, `/registry/pods/`) has no name; `/registry/pods/shop/` has a namespace and no name. A single segment below
 * a resource is a name, because the path does not show whether the resource is namespaced.
 * @param options.prefix the API server's `--etcd-prefix`, `/registry` by default; OpenShift uses `/kubernetes.io` and `/openshift.io`
 */
export function parseRegistryKey(key: Uint8Array, options: { prefix?: string } = {}): RegistryKey | null {
  const text = toUtf8OrNull(key)
  return text === null ? null : parseRegistryText(text, options)
}

/** {@link parseRegistryKey} of a key that was decoded already: of tens of thousands that takes longer than the rest. */
export function parseRegistryText(text: string, options: { prefix?: string } = {}): RegistryKey | null {
  // `etcd3/compact.go`: the one key that an API server stores outside its prefix.
  if (text === 'compact_rev_key') return { resource: '', plural: 'compact_rev_key', name: text, special: 'compact-revision' }
  const prefix = rootOf(options.prefix ?? '/registry')
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

/** The last prefix that was asked for: a pass over a keyspace asks for the same at each key. */
let lastRoot = { prefix: '/registry', root: '/registry/' }

/** A prefix with a slash at both ends. */
function rootOf(prefix: string): string {
  if (prefix !== lastRoot.prefix) lastRoot = { prefix, root: `/${prefix.split('/').filter(Boolean).join('/')}/` }
  return lastRoot.root
}

function parseThirdParty(segments: string[], directory: boolean): RegistryKey | null {
  const [, group, plural, ...rest] = segments
  if (group === undefined || plural === undefined || rest.length > 2 || (directory && rest.length > 1)) return null
  return { resource: `ThirdPartyResourceData/${group}/${plural}`, group, plural, ...placeOf(rest, directory), special: 'third-party-data' }
}

/**
 * Namespace and name of a key, from the part below its resource's directory; without a slash there is no namespace. Fast: a pass over a registry
 * calls it for every key.
 */
export function placeBelow(resource: string, below: string): { namespace: string; name: string } {
  // The directory contains all third-party resources: <group>/<plural>/<namespace>/<name>.
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
