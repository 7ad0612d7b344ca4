// The header of an object: what it is, its owner, its state, and whether it is being deleted.

import { integerAt, objectAt, objectsAt, textAt, textsAt, valueAt } from '../value/fields.ts'
import type { DecodedValue } from '../value/types.ts'
import type { KubeObject } from '../value/value.ts'
import { type Now, whenOf } from './human-duration.ts'
import { type Fact, type ObjectStatus, objectStatus, type StatusInWords } from './object-status.ts'
import { plain } from './state-messages.ts'

export interface ObjectSummary {
  apiVersion: string
  kind: string
  name: string | null
  namespace: string | null
  /** RFC 3339. */
  creationTimestamp: string | null
  owners: { apiVersion: string; kind: string; name: string; uid: string; controller: boolean }[]
  labels: { key: string; value: string }[]
  /** Null if the kind has no status. */
  status: StatusInWords | null
  /** Null unless the object is being deleted. */
  deletion: Deletion | null
  facts: Fact[]
}

export interface Deletion {
  /** When the deletion was requested, RFC 3339: the stored deletionTimestamp is that time plus the grace period. Null if invalid. */
  since: string | null
  /** Decimal seconds; null if not stored. */
  gracePeriodSeconds: string | null
  /** What blocks the deletion: `metadata.finalizers`, and a namespace's `spec.finalizers`. */
  finalizers: string[]
}

/**
 * Summarises a decoded (and, by the policy, masked) Kubernetes object.
 * @param decoded `partial` if a part of it did not decode: then nothing is counted, and its state is unknown
 * @param now what ages are relative to
 * @returns null if the value is not an object with a kind.
 */
export function summarize(
  decoded: Pick<DecodedValue, 'object' | 'schemaless'> & { partial?: boolean },
  { now }: { now: Now },
): ObjectSummary | null {
  const object = decoded.object
  const kind = textAt(object, 'kind')
  if (object === undefined || kind === '') return null
  const metadata = objectAt(object, 'metadata')
  const deletion = deletionOf(object)
  // Without a schema member names are numbers: there is nothing to judge.
  const { status, facts } = decoded.schemaless ? NO_STATUS : decoded.partial ? PARTIAL : objectStatus(object, now)
  return {
    apiVersion: textAt(object, 'apiVersion'),
    kind,
    name: textAt(metadata, 'name') || null,
    namespace: textAt(metadata, 'namespace') || null,
    creationTimestamp: textAt(metadata, 'creationTimestamp') || null,
    owners: objectsAt(metadata, 'ownerReferences').map((owner) => ({
      apiVersion: textAt(owner, 'apiVersion'),
      kind: textAt(owner, 'kind'),
      name: textAt(owner, 'name'),
      uid: textAt(owner, 'uid'),
      controller: valueAt(owner, 'controller') === true,
    })),
    labels: Object.entries(objectAt(metadata, 'labels') ?? {}).flatMap(([key, value]) =>
      typeof value === 'string' ? [{ key, value }] : [],
    ),
    // A pod's status already shows its deletion, in kubectl's word.
    status: deletion !== null && kind !== 'Pod' && !decoded.partial ? deletionInWords(deletion, now) : status,
    deletion,
    facts,
  }
}

const NO_STATUS: ObjectStatus = { status: null, facts: [] }
const PARTIAL: ObjectStatus = { status: { says: plain('partly-decoded'), tone: 'warning' }, facts: [] }

function deletionOf(object: KubeObject): Deletion | null {
  const metadata = objectAt(object, 'metadata')
  const timestamp = textAt(metadata, 'deletionTimestamp')
  if (timestamp === '') return null
  const grace = integerAt(metadata, 'deletionGracePeriodSeconds')
  const asked = new Date(Date.parse(timestamp) - (grace ?? 0) * 1000)
  const ownFinalizers = textAt(object, 'kind') === 'Namespace' ? textsAt(object, 'spec', 'finalizers') : []
  return {
    since: Number.isNaN(asked.getTime()) ? null : asked.toISOString().replace('.000Z', 'Z'),
    gracePeriodSeconds: grace === undefined ? null : String(valueAt(metadata, 'deletionGracePeriodSeconds')),
    finalizers: [...textsAt(metadata, 'finalizers'), ...ownFinalizers],
  }
}

function deletionInWords({ since, finalizers }: Deletion, now: Now): StatusInWords {
  const age = since === null ? ({ when: 'none', time: '' } as const) : whenOf(since, now)
  return {
    says: { code: 'being-deleted', params: { ...age, n: finalizers.length, finalizers: finalizers.join(', ') } },
    tone: finalizers.length === 0 ? 'progress' : 'warning',
  }
}
