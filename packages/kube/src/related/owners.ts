// Who owns a stored object, and whether the object that is found under the owner's name is that owner: the uid decides, as for the garbage collector.
import { objectsAt, textAt, valueAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'

/** One entry of `metadata.ownerReferences`. An owner lies in the object's own namespace, or in none. */
export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller: boolean
}

/** `replaced`: there is an object of that name, but it is another one, and the garbage collector counts the owner as gone. */
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

/** `found` is what is stored under the owner's name, null for nothing. An owner without a uid is believed by its name. */
export function judgeOwner(owner: Pick<OwnerReference, 'uid'>, found: KubeObject | null): OwnerState {
  if (found === null) return 'gone'
  const uid = uidOf(found)
  return owner.uid === '' || uid === '' || owner.uid === uid ? 'there' : 'replaced'
}

/** Whether `object` names the object with this uid as an owner. */
export function isOwnedBy(object: KubeObject, uid: string): boolean {
  return uid !== '' && ownersOf(object).some((owner) => owner.uid === uid)
}

/** The longest name that the API server makes by itself, less its five random characters (apiserver pkg/storage/names/generate.go). */
const MOST_GENERATED_FROM = 58

/** What the names of an owner's children begin with, where its controller lets the API server make them. */
export function generatedNamePrefix(owner: string): string {
  return `${owner}-`.slice(0, MOST_GENERATED_FROM)
}
