// The owners of a stored object, and whether an object with an owner's name is that owner: the uid decides, as in the garbage collector.
import { objectsAt, textAt, valueAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'

/** One entry of `metadata.ownerReferences`. An owner is in the object's namespace or cluster-scoped. */
export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller: boolean
}

/** `replaced`: another object has that name, and the garbage collector treats the owner as gone. */
export type OwnerState = 'there' | 'gone' | 'replaced'

export function ownersOf(object: KubeObject): OwnerReference[] {
  return objectsAt(object, 'metadata', 'ownerReferences').map((owner) => ({
    apiVersion: textAt(owner, 'apiVersion'),
    kind: textAt(owner, 'kind'),
    name: textAt(owner, 'name'),
    uid: textAt(owner, 'uid'),
    controller: valueAt(owner, 'controller') === true,
  }))
}

export function uidOf(object: KubeObject): string {
  return textAt(object, 'metadata', 'uid')
}

/** `found` is what is stored under the owner's name, or null. An owner without a uid is accepted by its name. */
export function judgeOwner(owner: Pick<OwnerReference, 'uid'>, found: KubeObject | null): OwnerState {
  if (found === null) return 'gone'
  const uid = uidOf(found)
  return owner.uid === '' || uid === '' || owner.uid === uid ? 'there' : 'replaced'
}

/** Whether `object` lists the object with this uid as an owner. */
export function isOwnedBy(object: KubeObject, uid: string): boolean {
  return uid !== '' && ownersOf(object).some((owner) => owner.uid === uid)
}

/** The longest name prefix for generated names, without the five random characters (apiserver pkg/storage/names/generate.go). */
const MOST_GENERATED_FROM = 58

/** The prefix of generated child names of an owner. */
export function generatedNamePrefix(owner: string): string {
  return `${owner}-`.slice(0, MOST_GENERATED_FROM)
}
