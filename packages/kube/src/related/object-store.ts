// The store interface for finding related objects: one object by its place, the objects of a directory, and the definition of a custom kind.
import type { Resource } from '../tables/resources.ts'
import type { KubeObject } from '../value/value.ts'

/** The place of an object below the Kubernetes prefix. */
export interface ObjectPlace {
  /** The resource's directory: `pods`, `services/specs`. */
  path: string
  /** Null for cluster-scoped objects. */
  namespace: string | null
  name: string
}

export interface StoredObject {
  place: ObjectPlace
  /** Null if the value could not be read as an object. */
  object: KubeObject | null
  /** Why not, or which parts did not decode; quotes nothing of the value. */
  problem: string | null
  /** It exists, but is encrypted at rest and no key opens it. */
  encrypted?: boolean
  /** Of a kind unknown to Registree: only its metadata has member names. */
  unknownKind?: boolean
}

export interface ListRequest {
  path: string
  /** Null: all namespaces, or a cluster-scoped resource. */
  namespace: string | null
  /** Only names with this prefix. */
  namePrefix?: string
  /** Field paths to read from the objects. */
  fields: readonly string[]
  /** Field paths that `keep` reads, if fewer. */
  testFields?: readonly string[]
  /** Maximum number of objects read. */
  most: number
  keep(object: KubeObject): boolean
}

/** What was searched, for display. */
export interface Looked {
  path: string
  namespace: string | null
  namePrefix: string
  objects: number
  /** There are more than were read. */
  cut: boolean
  /** Number of unreadable objects among those read. */
  unread: number
}

/** All reads of a store are of one revision. Source errors reject; a value that does not decode is a `StoredObject` without an object. */
export interface ObjectStore {
  get(place: ObjectPlace): Promise<StoredObject | null>
  list(request: ListRequest): Promise<{ objects: StoredObject[]; looked: Looked }>
  /** The resource that a stored CustomResourceDefinition defines for a kind; undefined if there is none. */
  customResource(group: string, kind: string): Promise<Resource | undefined>
}
