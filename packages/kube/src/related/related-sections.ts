// The sections for an object of a kind, in order of importance.
import { textAt, textsAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { anyChildrenSection, childrenSection, ownsByName } from './children-section.ts'
import { containerStories } from './container-stories.ts'
import { deletionSection, isDeleting } from './deletion-section.ts'
import { eventsSection } from './events-section.ts'
import { hasMentions, mentionsSection } from './mentions-section.ts'
import { heartbeatSection, networkSection, nodePodsSection, podNodeSection } from './node-sections.ts'
import type { ObjectPlace } from './object-store.ts'
import { ownersOf } from './owners.ts'
import { ownersSection } from './owners-section.ts'
import { selectedPodsSection, usersSection } from './pods-section.ts'
import { attachmentsSection, bindingsSection, instancesSection, policiesSection } from './policy-sections.ts'
import { referencesOf } from './references.ts'
import { MOST_ITEMS, type Section } from './section.ts'
import { addressSection, ownEndpointsSection, routesSection, serviceEndpointsSection } from './service-sections.ts'
import { servicesSection } from './services-section.ts'
import { usesSection } from './uses-section.ts'

const containersSection: Section = {
  id: 'containers',
  costly: false,
  read: async ({ object }) => {
    const containers = containerStories(object)
    return { containers: containers.slice(0, MOST_ITEMS), omitted: Math.max(0, containers.length - MOST_ITEMS) }
  },
}

/** Sections of a kind besides owners, references and events. */
const OF_KIND: Record<string, Section[]> = {
  Pod: [containersSection, podNodeSection, servicesSection, policiesSection],
  Node: [heartbeatSection, networkSection, nodePodsSection, attachmentsSection],
  Service: [serviceEndpointsSection, addressSection, selectedPodsSection, routesSection],
  Endpoints: [ownEndpointsSection],
  EndpointSlice: [ownEndpointsSection],
  Deployment: [servicesSection, policiesSection],
  StatefulSet: [servicesSection, policiesSection],
  DaemonSet: [servicesSection, policiesSection],
  ReplicaSet: [servicesSection, policiesSection],
  ReplicationController: [servicesSection, policiesSection],
  ConfigMap: [usersSection],
  Secret: [usersSection],
  PersistentVolumeClaim: [usersSection],
  PersistentVolume: [attachmentsSection],
  ServiceAccount: [usersSection, bindingsSection],
  Role: [bindingsSection],
  ClusterRole: [bindingsSection],
  PodDisruptionBudget: [selectedPodsSection],
  NetworkPolicy: [selectedPodsSection],
  CustomResourceDefinition: [instancesSection],
}

/** The most useful and fastest first: those that search all pods of a namespace come last. */
const ORDER: Section['id'][] = [
  'deletion',
  'containers',
  'heartbeat',
  'owners',
  'node',
  'children',
  'endpoints',
  'address',
  'events',
  'services',
  'uses',
  'network',
  'routes',
  'policies',
  'bindings',
  'attachments',
  'instances',
  'pods',
  'mentions',
]

/** `isCustom`: the object belongs to a CustomResourceDefinition, whose kind may have a built-in kind's name. */
export function relatedSections(object: KubeObject, place: ObjectPlace, isCustom: boolean): Section[] {
  const kind = textAt(object, 'kind')
  const sections: Section[] = []
  if (isDeleting(object) || textsAt(object, 'metadata', 'finalizers').includes('foregroundDeletion')) sections.push(deletionSection)
  if (place.namespace !== null || ownersOf(object).length > 0) sections.push(ownersSection)
  if (!isCustom) {
    if (ownsByName(kind)) sections.push(childrenSection)
    if (hasMentions(kind)) sections.push(mentionsSection)
    sections.push(...(Object.hasOwn(OF_KIND, kind) ? (OF_KIND[kind] ?? []) : []))
    if (referencesOf(object).some((reference) => !(kind === 'Pod' && reference.kind === 'Node')) || /RoleBinding$/.test(kind))
      sections.push(usesSection)
  } else if (place.namespace !== null) sections.push(anyChildrenSection)
  if (kind !== 'Event') sections.push(eventsSection)
  // A node's pods are the main reason to look at it.
  const rank = ({ id }: Section) => (id === 'pods' && kind === 'Node' ? ORDER.indexOf('heartbeat') + 0.5 : ORDER.indexOf(id))
  return sections.sort((a, b) => rank(a) - rank(b))
}
