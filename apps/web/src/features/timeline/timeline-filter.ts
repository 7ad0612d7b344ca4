// The filter box of the timeline: `action:deleted field:spec.replicas by:kube-controller namespace:shop of:deployment/shop/storefront words`.

type Action = 'created' | 'updated' | 'deleted'

export interface TypedFilter {
  /** What is left, in the grammar of every list's filter: for the keys, kinds and states of an object and its owners. */
  rest: string
  action: Action | ''
  namespace: string
  /** A field that a write changed; null for any. Values have to be compared to find these writes. */
  field: string | null
  /** A part of the name of the manager that wrote; null for any. */
  by: string | null
  /** An object whose writes are shown with those of all that belongs to it: its name, with the namespace and the kind before it if they are given. */
  of: { kind: string; namespace: string | null; name: string } | null
}

const ACTIONS: Readonly<Record<string, Action>> = { created: 'created', changed: 'updated', updated: 'updated', deleted: 'deleted' }

/** Every text is a filter: what is half typed or unknown is a word. */
export function parseTimelineFilter(q: string): TypedFilter {
  const rest: string[] = []
  const filter: TypedFilter = { rest: '', action: '', namespace: '', field: null, by: null, of: null }
  for (const word of q.split(/\s+/).filter(Boolean)) {
    const colon = word.indexOf(':')
    const name = word.slice(0, colon).toLowerCase()
    const said = word.slice(colon + 1)
    const action = ACTIONS[said.toLowerCase()]
    if (colon < 1 || said === '') rest.push(word)
    else if (name === 'action' && action !== undefined) filter.action = action
    else if (name === 'namespace') filter.namespace = said
    else if (name === 'field') filter.field = said
    else if (name === 'by') filter.by = said
    else if (name === 'of') filter.of = parseObject(said)
    else rest.push(word)
  }
  filter.rest = rest.join(' ')
  return filter
}

/** `storefront`, `shop/storefront` or `deployment/shop/storefront`; a dash stands for no namespace. */
function parseObject(said: string): NonNullable<TypedFilter['of']> {
  const parts = said.split('/')
  const name = parts.at(-1) ?? ''
  const namespace = parts.at(-2) ?? null
  return { kind: (parts.at(-3) ?? '').toLowerCase(), namespace: namespace === '-' ? '' : namespace, name }
}

/** What {@link parseTimelineFilter} reads as this object. */
export function objectFilter({
  kind,
  path,
  namespace,
  name,
}: {
  kind: string
  path: string
  namespace: string | null
  name: string
}): string {
  return `of:${kind || path.split('/').at(-1)}/${namespace ?? '-'}/${name}`
}
