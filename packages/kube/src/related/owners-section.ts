// What an object belongs to: the chain of its owners up to the top, and its namespace.
import { textAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import type { RelatedMessage, RelationMessage } from './messages.ts'
import { ownersOf } from './owners.ts'
import { isBeingDeleted, itemOf, lookUp, missingItem, type RelatedContext, type RelatedItem, type Trouble } from './related-item.ts'
import type { Section } from './section.ts'

/** Owners form a tree; a hand-made cycle must not cause a loop. */
const DEEPEST = 6
const MOST_OWNERS = 20
/** Total for all levels: twenty owners with twenty owners each become many. */
const MOST_LOOKED_UP = 100

export const ownersSection: Section = {
  id: 'owners',
  costly: false,
  async read(context) {
    const { object, place, store, now } = context
    const items: RelatedItem[] = []
    await climb(context, object, 0, items)
    const notes: Trouble[] = []
    const kind = textAt(object, 'kind')
    if (kind === 'Pod' && items.length === 0 && !context.partial) {
      const mirror = textAt(object, 'metadata', 'annotations', 'kubernetes.io/config.mirror') !== ''
      notes.push({
        severity: 'info',
        says: [{ code: mirror ? 'static-pod' : 'pod-unowned', params: {} }],
      })
    }
    if (place.namespace !== null) {
      const at = { path: 'namespaces', namespace: null, name: place.namespace }
      const stored = await store.get(at)
      if (stored === null) {
        const says: RelatedMessage[] = [{ code: 'namespace-missing', params: { namespace: place.namespace } }]
        items.push(missingItem('Namespace', at, { severity: 'error', says }))
      } else {
        const item = itemOf(stored, now, { kind: 'Namespace' })
        if (stored.object !== null && isBeingDeleted(stored.object) && !isBeingDeleted(object))
          item.trouble = { severity: 'warning', says: [{ code: 'namespace-deleted', params: { namespace: place.namespace } }] }
        items.push(item)
      }
    }
    return { items, notes }
  },
}

async function climb(context: RelatedContext, object: KubeObject, depth: number, items: RelatedItem[]): Promise<void> {
  const namespace = textAt(object, 'metadata', 'namespace') || null
  const owners = ownersOf(object)
  // The controller first: it is the usual meaning of owner.
  owners.sort((a, b) => Number(b.controller) - Number(a.controller))
  for (const owner of owners.slice(0, MOST_OWNERS)) {
    if (items.length >= MOST_LOOKED_UP) return
    const how: RelationMessage[] = owner.controller ? [] : [{ code: 'no-controller', params: {} }]
    const { item, object: found } = await lookUp(context, { ...owner, namespace, optional: false, places: how, keys: [] })
    item.depth = depth
    if (item.found === 'missing' || item.found === 'replaced') {
      const gone: RelatedMessage = {
        code: item.found === 'missing' ? 'owner-gone' : 'owner-replaced',
        params: { owner: `${owner.kind} ${owner.name}` },
      }
      const others: RelatedMessage = { code: owners.length > 1 ? 'other-owners-keep' : 'should-be-collected', params: {} }
      item.trouble = { severity: 'error', says: depth === 0 ? [gone, others] : [gone] }
    }
    items.push(item)
    if (found !== null && item.found === 'there' && depth < DEEPEST) await climb(context, found, depth + 1, items)
  }
}
