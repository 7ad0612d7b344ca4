// One section of related objects, read separately, so that a failing or slow one does not delay others.
import type { EventFacts } from '../summary/event-facts.ts'
import type { ContainerStory } from './container-stories.ts'
import type { Looked } from './object-store.ts'
import type { RelatedContext, RelatedItem, Trouble } from './related-item.ts'

export type SectionId =
  | 'deletion'
  | 'containers'
  | 'owners'
  | 'node'
  | 'heartbeat'
  | 'network'
  | 'endpoints'
  | 'address'
  | 'services'
  | 'children'
  | 'pods'
  | 'uses'
  | 'attachments'
  | 'routes'
  | 'policies'
  | 'bindings'
  | 'instances'
  | 'mentions'
  | 'events'

export interface ShownEvent extends EventFacts {
  /** The event object's name. */
  name: string
  /** About an earlier object of the same name. */
  earlier: boolean
}

export interface SectionContent {
  items: RelatedItem[]
  /** Number of items found but not listed. */
  omitted: number
  /** About the section as a whole. */
  notes: Trouble[]
  looked: Looked[]
  containers: ContainerStory[]
  events: ShownEvent[]
  /** The table with all of it: a resource, a namespace and a filter. */
  table: { path: string; namespace: string | null; q: string } | null
  /** An address to ask the flannel page about. */
  address: string | null
}

export interface Section {
  id: SectionId
  /** Reads so much that it runs only on request. */
  costly: boolean
  read(context: RelatedContext): Promise<Partial<SectionContent>>
}

/** Maximum items per section; the number of others is given. */
export const MOST_ITEMS = 200

export function contentOf(part: Partial<SectionContent>): SectionContent {
  const { items = [], omitted = 0 } = part
  return {
    notes: [],
    looked: [],
    containers: [],
    events: [],
    table: null,
    address: null,
    ...part,
    items: items.slice(0, MOST_ITEMS),
    omitted: omitted + Math.max(0, items.length - MOST_ITEMS),
  }
}
