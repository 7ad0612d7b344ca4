// The content of an Event in either form: core/v1, as nearly every release stores it, and events.k8s.io.

import { integerAt, objectAt, textAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'

export interface EventFacts {
  /** `Normal`, `Warning`; empty if missing. */
  type: string
  reason: string
  message: string
  /** Number of occurrences; a series has its own count. */
  count: number
  /** RFC 3339; empty if unknown. */
  first: string
  last: string
  /** The event's source. */
  from: string
  about: { apiVersion: string; kind: string; namespace: string; name: string; uid: string; fieldPath: string }
}

/** Never throws: a member of the wrong type counts as absent. */
export function eventFacts(object: KubeObject): EventFacts {
  const about = objectAt(object, 'involvedObject') ?? objectAt(object, 'regarding')
  const firstOf = (...names: string[]) => names.map((name) => textAt(object, name)).find((time) => time !== '') ?? ''
  const made = textAt(object, 'metadata', 'creationTimestamp')
  return {
    type: textAt(object, 'type'),
    reason: textAt(object, 'reason'),
    message: textAt(object, 'message') || textAt(object, 'note'),
    count: integerAt(object, 'series', 'count') ?? (integerAt(object, 'count') || integerAt(object, 'deprecatedCount') || 1),
    first: firstOf('firstTimestamp', 'deprecatedFirstTimestamp', 'eventTime') || made,
    last: textAt(object, 'series', 'lastObservedTime') || firstOf('lastTimestamp', 'deprecatedLastTimestamp', 'eventTime') || made,
    from:
      textAt(object, 'source', 'component') ||
      textAt(object, 'deprecatedSource', 'component') ||
      textAt(object, 'reportingComponent') ||
      textAt(object, 'reportingController'),
    about: {
      apiVersion: textAt(about, 'apiVersion'),
      kind: textAt(about, 'kind'),
      namespace: textAt(about, 'namespace'),
      name: textAt(about, 'name'),
      uid: textAt(about, 'uid'),
      fieldPath: textAt(about, 'fieldPath'),
    },
  }
}
