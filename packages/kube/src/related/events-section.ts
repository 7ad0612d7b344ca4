// The events of an object, newest first. Their keys begin with its name, so other events of the namespace are not read.

import { eventFacts } from '../summary/event-facts.ts'
import { textAt } from '../value/fields.ts'
import { uidOf } from './owners.ts'
import type { Section, ShownEvent } from './section.ts'

const FIELDS = [
  '.metadata.name',
  '.metadata.creationTimestamp',
  '.involvedObject',
  '.regarding',
  '.type',
  '.reason',
  '.message',
  '.note',
  '.count',
  '.deprecatedCount',
  '.series',
  '.firstTimestamp',
  '.lastTimestamp',
  '.deprecatedFirstTimestamp',
  '.deprecatedLastTimestamp',
  '.eventTime',
  '.source',
  '.deprecatedSource',
  '.reportingComponent',
  '.reportingController',
]
const MOST_SHOWN = 100

export const eventsSection: Section = {
  id: 'events',
  costly: false,
  async read({ object, place, store, most, whole }) {
    const kind = textAt(object, 'kind')
    const uid = uidOf(object)
    // Events about cluster-scoped objects are in `default` (client-go, tools/events and tools/record).
    const namespace = place.namespace ?? 'default'
    const { objects, looked } = await store.list({
      path: 'events',
      namespace,
      // client-go: `<name of the object>.<time in hex>`
      namePrefix: whole ? '' : `${place.name}.`,
      fields: FIELDS,
      testFields: ['.involvedObject', '.regarding'],
      most,
      keep: (event) => {
        const { about } = eventFacts(event)
        return about.name === place.name && about.kind === kind && (about.namespace || namespace) === namespace
      },
    })
    const events = objects.flatMap(({ place: at, object: event }): ShownEvent[] => {
      if (event === null) return []
      const facts = eventFacts(event)
      // A kubelet uses its node's name as the uid.
      const same = facts.about.uid === '' || uid === '' || facts.about.uid === uid || facts.about.uid === place.name
      return [{ ...facts, name: at.name, earlier: !same }]
    })
    events.sort((a, b) => instant(b.last) - instant(a.last) || (a.name < b.name ? -1 : 1))
    return {
      events: events.slice(0, MOST_SHOWN),
      omitted: Math.max(0, events.length - MOST_SHOWN),
      looked: [looked],
      table: { path: 'events', namespace, q: `object:=${kind.toLowerCase()}/${place.name}` },
    }
  },
}

function instant(time: string): number {
  const at = Date.parse(time)
  return Number.isNaN(at) ? 0 : at
}
