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
const MOST = 5

export function exactSearches(object: KubeObject): ExactSearch[] {
  const uid = textAt(object, 'metadata', 'uid')
  const [apiVersion, kind, name] = [textAt(object, 'apiVersion'), textAt(object, 'kind'), textAt(object, 'metadata', 'name')]
  const finalizers = textsAt(object, 'metadata', 'finalizers')
  const spec = podSpecOf(object)
  const images = ['containers', 'initContainers'].flatMap((list) => objectsAt(spec, list).map((one) => textAt(one, 'image')))
  const search = (by: ExactSearch['by'], field: string, text: string, before = ''): ExactSearch[] =>
    text === '' ? [] : [{ by, text, q: `${before}field:${field}=${quoted(text)}` }]
  return [
    ...(kind === 'Event' ? [] : search('owner', 'metadata.ownerReferences[*].uid', uid)),
    ...distinct(finalizers).flatMap((one) => search('finalizer', 'metadata.finalizers[*]', one)),
    ...distinct(images).flatMap((one) => search('image', 'spec.containers[*].image', one, 'kind:pod ')),
    ...(kind === 'Node' && apiVersion === 'v1' ? search('node', 'spec.nodeName', name) : []),
  ]
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].slice(0, MOST)

/** A star in quotes is no glob. */
const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`
