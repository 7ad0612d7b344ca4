// Why a deleted object still exists: its finalizers with who should remove them, or the kubelet that has to confirm.

import { type Now, whenOf } from '../summary/human-duration.ts'
import { textAt, textsAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { finalizerMeaning, finalizerSetBy } from './finalizers.ts'
import type { RelatedMessage } from './messages.ts'
import { heartbeatOf } from './node-sections.ts'
import type { Trouble } from './related-item.ts'
import type { Section } from './section.ts'

/** Finalizers that are explained; the number of others is given. */
const MOST_FINALIZERS = 50

export const deletionSection: Section = {
  id: 'deletion',
  costly: false,
  async read({ object, partial, store, now }) {
    const finalizers = textsAt(object, 'metadata', 'finalizers')
    if (textAt(object, 'kind') === 'Namespace') finalizers.push(...textsAt(object, 'spec', 'finalizers'))
    const notes = finalizers.slice(0, MOST_FINALIZERS).map((finalizer): Trouble => {
      return { severity: 'warning', says: [heldBy(object, finalizer, now), finalizerMeaning(finalizer)] }
    })
    const more = finalizers.length - notes.length
    if (more > 0) notes.push({ severity: 'warning', says: [{ code: 'finalizers-more', params: { finalizers: more } }] })
    if (notes.length > 0) return { notes }
    if (partial) return {}
    const node = textAt(object, 'spec', 'nodeName')
    if (textAt(object, 'kind') !== 'Pod' || node === '')
      return { notes: [{ severity: 'info', says: [{ code: 'finalizers-none', params: {} }] }] }
    const phase = textAt(object, 'status', 'phase')
    const { says, lost } = await heartbeatOf(store, node, now)
    const confirm: RelatedMessage =
      phase === 'Succeeded' || phase === 'Failed'
        ? { code: 'containers-ended', params: {} }
        : { code: 'kubelet-confirms', params: { node } }
    const waits: RelatedMessage[] = lost ? [{ code: 'waits-for-node', params: {} }] : []
    return { notes: [{ severity: lost ? 'error' : 'info', says: [confirm, says, ...waits] }] }
  },
}

function heldBy(object: KubeObject, finalizer: string, now: Now): RelatedMessage {
  const by = finalizerSetBy(object, finalizer)
  if (by === null) return { code: 'finalizer-holds', params: { finalizer } }
  const { manager, time } = by
  return time === ''
    ? { code: 'finalizer-set-by', params: { finalizer, manager } }
    : { code: 'finalizer-set-by-at', params: { finalizer, manager, ...whenOf(time, now) } }
}

/** Whether there is something to report about an object's deletion. */
export function isDeleting(object: KubeObject): boolean {
  return textAt(object, 'metadata', 'deletionTimestamp') !== ''
}
