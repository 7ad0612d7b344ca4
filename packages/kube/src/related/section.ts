// One part of what belongs to an object: read by itself, so that a part that fails or takes long holds up no other.
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
  | 'events'

export interface ShownEvent extends EventFacts {
  /** The event's own name. */
  name: string
  /** It was about an earlier object of the same name. */
  earlier: boolean
}

export interface SectionContent {
  items: RelatedItem[]
  /** Items that were found and are not among them. */
  omitted: number
  /** Of the section as a whole. */
  notes: Trouble[]
  looked: Looked[]
  containers: ContainerStory[]
  events: ShownEvent[]
  /** The table that shows all of it: a resource, a namespace and a filter. */
  table: { path: string; namespace: string | null; q: string } | null
  /** An address that the flannel page can be asked about. */
  address: string | null
}

export interface Section {
  id: SectionId
  /** Reads so much that only a person starts it. */
  costly: boolean
  read(context: RelatedContext): Promise<Partial<SectionContent>>
}

/** Items of one section, at most; how many were left out is said. */
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
