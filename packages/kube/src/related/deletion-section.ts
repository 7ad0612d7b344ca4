// Why a deleted object still exists: its finalizers with who should remove them, or the kubelet that has to confirm.

import { agoInWords } from '../summary/human-duration.ts'
import { textAt, textsAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { finalizerInWords, finalizerSetBy } from './finalizers.ts'
import { heartbeatOf } from './node-sections.ts'
import type { Trouble } from './related-item.ts'
import type { Section } from './section.ts'

/** Finalizers that are explained; the number of others is given. */
const MOST_FINALIZERS = 50

export const deletionSection: Section = {
  id: 'deletion',
  costly: false,
  async read({ object, store, now }) {
    const finalizers = textsAt(object, 'metadata', 'finalizers')
    if (textAt(object, 'kind') === 'Namespace') finalizers.push(...textsAt(object, 'spec', 'finalizers'))
    const notes = finalizers.slice(0, MOST_FINALIZERS).map((finalizer): Trouble => {
      const by = finalizerSetBy(object, finalizer)
      const origin = by === null ? '' : `, set by ${by.manager}${by.time === '' ? '' : ` ${agoInWords(by.time, now)}`},`
      return { severity: 'warning', text: `The finalizer ${finalizer}${origin} holds it. ${finalizerInWords(finalizer)}` }
    })
    const more = finalizers.length - notes.length
    if (more > 0)
      notes.push({
        severity: 'warning',
        text: `${more.toLocaleString('en')} more ${more === 1 ? 'finalizer holds' : 'finalizers hold'} it.`,
      })
    if (notes.length > 0) return { notes }
    const node = textAt(object, 'spec', 'nodeName')
    if (textAt(object, 'kind') !== 'Pod' || node === '')
      return { notes: [{ severity: 'info', text: 'No finalizer holds it: it should be gone in a moment.' }] }
    const phase = textAt(object, 'status', 'phase')
    const { sentence, lost } = await heartbeatOf(store, node, now)
    const confirm =
      phase === 'Succeeded' || phase === 'Failed'
        ? 'Its containers have ended.'
        : `The kubelet of node ${node} must confirm that its containers have ended before the pod goes.`
    return {
      notes: [
        {
          severity: lost ? 'error' : 'info',
          text: lost
            ? `${confirm} ${sentence} It stays until the node is back, is removed, or somebody deletes the pod by force.`
            : `${confirm} ${sentence}`,
        },
      ],
    }
  },
}

/** Whether there is something to report about an object's deletion. */
export function isDeleting(object: KubeObject): boolean {
  return textAt(object, 'metadata', 'deletionTimestamp') !== ''
}
