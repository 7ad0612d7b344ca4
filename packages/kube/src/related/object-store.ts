// What looking for related objects needs of a store: one object by its place, the objects of a directory, and the definition of a custom kind.
import type { Resource } from '../tables/resources.ts'
import type { ProblemMessage } from '../value/problem-messages.ts'
import type { KubeObject } from '../value/value.ts'

/** Where an object lies below the Kubernetes prefix. */
export interface ObjectPlace {
  /** The directory of its resource: `pods`, `services/specs`. */
  path: string
  /** Null for what has no namespace. */
  namespace: string | null
  name: string
}

export interface StoredObject {
  place: ObjectPlace
  /** Null where the value could not be read as an object. */
  object: KubeObject | null
  /** Why not, or what of it did not decode; quotes nothing of the value. */
  problem: ProblemMessage[] | null
  /** It is encrypted at rest, and nothing here opens it: it is there all the same. */
  encrypted?: boolean
  /** Of a kind that Registree does not know: only its metadata has its names. */
  unknownKind?: boolean
}

export interface ListRequest {
  path: string
  /** Null: of all namespaces, or of a resource without any. */
  namespace: string | null
  /** Only names that begin so. */
  namePrefix?: string
  /** Field paths of the objects that are wanted. */
  fields: readonly string[]
  /** Field paths that `keep` reads, where these are fewer. */
  testFields?: readonly string[]
  /** Objects looked at, at most. */
  most: number
  keep(object: KubeObject): boolean
}

/** What was looked through, for the reader. */
export interface Looked {
  path: string
  namespace: string | null
  namePrefix: string
  objects: number
  /** There are more than were looked at. */
  cut: boolean
  /** Of those looked at, how many could not be read. */
  unread: number
}

/** All reads of one store are of one revision. Failures of the source reject; a value that does not decode is a `StoredObject` without one. */
export interface ObjectStore {
  get(place: ObjectPlace): Promise<StoredObject | null>
  list(request: ListRequest): Promise<{ objects: StoredObject[]; looked: Looked }>
  /** The resource that a stored CustomResourceDefinition makes of a kind; undefined when none does. */
  customResource(group: string, kind: string): Promise<Resource | undefined>
}
