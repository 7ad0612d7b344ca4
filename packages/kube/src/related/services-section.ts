// The Services that select a pod, and whether their endpoints list it; for a template, the Services that select its pods.
import { textAt, textsAt, valueAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { META_FIELDS } from './fields-read.ts'
import { selectsPod } from './label-selector.ts'
import type { RelationMessage } from './messages.ts'
import type { ObjectStore, StoredObject } from './object-store.ts'
import { generatedNamePrefix, judgeOwner } from './owners.ts'
import { type ListedEndpoint, listedEndpoints } from './references.ts'
import { itemOf, type RelatedContext, type RelatedItem, type Trouble } from './related-item.ts'
import type { Section } from './section.ts'

const SERVICE_FIELDS = [...META_FIELDS, '.spec', '.status.loadBalancer']
/** A Service with 10,000 pods has 100 slices. */
const MOST_SLICES = 200
/** Maximum Services whose endpoints are read. */
const MOST_SERVICES = 20

export const servicesSection: Section = {
  id: 'services',
  costly: false,
  async read(context) {
    const { object, place, store, now, most } = context
    const pod = textAt(object, 'kind') === 'Pod'
    const labels = pod ? valueAt(object, 'metadata', 'labels') : valueAt(object, 'spec', 'template', 'metadata', 'labels')
    const { objects, looked } = await store.list({
      path: 'services/specs',
      namespace: place.namespace,
      fields: SERVICE_FIELDS,
      testFields: ['.spec.selector', '.spec.type'],
      most,
      keep: (service) => selectsPod(service, labels),
    })
    if (!pod) return { items: objects.map((service) => itemOf(service, now, { kind: 'Service' })), looked: [looked] }
    const items: RelatedItem[] = []
    for (const [index, service] of objects.entries()) {
      const item = itemOf(service, now, { kind: 'Service' })
      items.push(item)
      if (index >= MOST_SERVICES) continue
      const below = await listings(context, service.place.name)
      if (service.object !== null && item.trouble === null) item.trouble = unlisted(object, service.object, below)
      items.push(...below)
    }
    return { items, looked: [looked] }
  },
}

/** The slices and Endpoints of a Service that list the pod, or another pod of its name. */
async function listings({ object, place, store, now }: RelatedContext, service: string): Promise<RelatedItem[]> {
  const { slices, endpoints } = await endpointsOf(store, place.namespace ?? '', service)
  const items: RelatedItem[] = []
  for (const stored of [...slices, ...(endpoints === null ? [] : [endpoints])]) {
    const listed = stored.object === null ? [] : listedEndpoints(stored.object).filter((one) => one.pod?.name === place.name)
    const [first] = listed
    if (first === undefined) continue
    const stranger = first.pod !== null && judgeOwner(first.pod, object) === 'replaced'
    items.push(
      itemOf(stored, now, {
        depth: 1,
        status: { says: { code: 'endpoint-state', params: { state: stateInWords(first) } }, tone: first.ready ? 'ok' : 'warning' },
        how: listed.map((one): RelationMessage => ({ code: 'named', params: { name: one.address } })),
        trouble: stranger ? { severity: 'warning', says: [{ code: 'listed-pod-replaced', params: {} }] } : null,
      }),
    )
  }
  return items
}

/** The same as a relation. */
export function stateOf({ terminating, ready }: ListedEndpoint): RelationMessage {
  if (terminating) return { code: ready ? 'endpoint-terminating-ready' : 'endpoint-terminating', params: {} }
  return { code: ready ? 'endpoint-ready' : 'endpoint-not-ready', params: {} }
}

function stateInWords(endpoint: ListedEndpoint): 'both' | 'terminating' | 'ready' | 'not-ready' {
  if (endpoint.terminating) return endpoint.ready ? 'both' : 'terminating'
  return endpoint.ready ? 'ready' : 'not-ready'
}

function unlisted(pod: KubeObject, service: KubeObject, below: readonly RelatedItem[]): Trouble | null {
  const phase = textAt(pod, 'status', 'phase')
  const expected =
    textAt(pod, 'status', 'podIP') !== '' &&
    phase !== 'Succeeded' &&
    phase !== 'Failed' &&
    textAt(pod, 'metadata', 'deletionTimestamp') === ''
  if (below.length > 0 || !expected) return null
  return {
    severity: 'warning',
    says: [{ code: 'pod-unlisted', params: { service: textAt(service, 'metadata', 'name') } }],
  }
}

/** The EndpointSlices and Endpoints of one Service, by their controllers' naming. */
export async function endpointsOf(
  store: ObjectStore,
  namespace: string,
  service: string,
): Promise<{ slices: StoredObject[]; endpoints: StoredObject | null }> {
  const [{ objects: slices }, own, endpoints] = await Promise.all([
    store.list({
      path: 'endpointslices',
      namespace,
      namePrefix: generatedNamePrefix(service),
      fields: [...META_FIELDS, '.addressType', '.endpoints', '.ports'],
      testFields: ['.metadata.labels'],
      most: MOST_SLICES,
      keep: (slice) => textAt(slice, 'metadata', 'labels', 'kubernetes.io/service-name') === service,
    }),
    // The API server's own slice is named like its Service: default/kubernetes.
    store.get({ path: 'endpointslices', namespace, name: service }),
    store.get({ path: 'services/endpoints', namespace, name: service }),
  ])
  return { slices: own === null ? slices : [own, ...slices], endpoints }
}

/** Every cluster IP that a Service has. */
export function clusterIps(service: KubeObject): string[] {
  const all = [textAt(service, 'spec', 'clusterIP'), ...textsAt(service, 'spec', 'clusterIPs')]
  return [...new Set(all)].filter((address) => address !== '' && address !== 'None')
}
