// Searches by known fields that find what shares something with an object: its owner's uid, a finalizer, an image, a node.
import { objectsAt, textAt, textsAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { podSpecOf } from './references.ts'

export interface ExactSearch {
  by: 'owner' | 'finalizer' | 'image' | 'node'
  /** What the field must be. */
  text: string
  /** The query, in the grammar of the search. */
  q: string
}

/** Of each sort. */
const MOST = 20

/** The lists of a pod spec that name images; another pod may have the same image in another list. */
const CONTAINERS = ['containers', 'initContainers', 'ephemeralContainers']
const IMAGE_FIELD = 'spec.*[*].image'

/** `more` counts the finalizers and images that have no search. */
export function exactSearches(object: KubeObject): { searches: ExactSearch[]; more: number } {
  const uid = textAt(object, 'metadata', 'uid')
  const [apiVersion, kind, name] = [textAt(object, 'apiVersion'), textAt(object, 'kind'), textAt(object, 'metadata', 'name')]
  const finalizers = distinct(textsAt(object, 'metadata', 'finalizers'))
  const spec = podSpecOf(object)
  const images = distinct(CONTAINERS.flatMap((list) => objectsAt(spec, list).map((one) => textAt(one, 'image'))))
  const search = (by: ExactSearch['by'], field: string, text: string, before = ''): ExactSearch[] =>
    text === '' ? [] : [{ by, text, q: `${before}field:${field}=${quoted(text)}` }]
  const searches = [
    ...(kind === 'Event' ? [] : search('owner', 'metadata.ownerReferences[*].uid', uid)),
    ...finalizers.slice(0, MOST).flatMap((one) => search('finalizer', 'metadata.finalizers[*]', one)),
    ...images.slice(0, MOST).flatMap((one) => search('image', IMAGE_FIELD, one, 'kind:pod ')),
    ...(kind === 'Node' && apiVersion === 'v1' ? search('node', 'spec.nodeName', name) : []),
  ]
  return { searches, more: Math.max(0, finalizers.length - MOST) + Math.max(0, images.length - MOST) }
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].filter((text) => text !== '')

/** A star in quotes is no glob. */
const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`
