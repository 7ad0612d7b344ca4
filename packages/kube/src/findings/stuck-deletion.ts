// Objects that should be gone: their deletion was requested, the grace period is over, and something still blocks it.
import { finalizerInWords } from '../related/finalizers.ts'
import { humanAge } from '../summary/human-duration.ts'
import { integerAt, objectsAt, textAt } from '../value/fields.ts'
import type { FindingDraft, FindingRule } from './finding-rule.ts'
import { finalizersOf } from './known.ts'
import type { FindingLink, SeenObject } from './types.ts'

/** A normal deletion is complete by then. */
const PATIENCE_MS = 60_000
/** More than these are reported in key order. */
const MOST_WAITING = 20_000

export const stuckDeletion: FindingRule = {
  id: 'stuck-deletion',
  fields: ['.metadata.deletionTimestamp', '.metadata.deletionGracePeriodSeconds', '.metadata.finalizers'],
  fieldsAt: {
    namespaces: ['.spec.finalizers', '.status.conditions'],
    pods: ['.spec.nodeName'],
  },
  start({ now, root, report }) {
    // Objects with finalizers need somebody to act, and come first; those waiting for a kubelet go with their node.
    const waiting: [SeenObject, FindingDraft][] = []
    const see = (seen: SeenObject) => {
      const { object } = seen
      const timestamp = textAt(object, 'metadata', 'deletionTimestamp')
      if (timestamp === '' || now === null) return
      // The stored time is the request plus the grace period.
      const due = Date.parse(timestamp)
      if (!(now - due > PATIENCE_MS)) return
      const asked = new Date(due - (integerAt(object, 'metadata', 'deletionGracePeriodSeconds') ?? 0) * 1000)
      const finalizers = finalizersOf(object, seen.path)
      const links: FindingLink[] = []
      let held: string
      if (seen.path === 'namespaces') {
        held = namespaceHeld(seen, finalizers)
        links.push({ text: 'what is left in it', namespace: seen.name })
      } else if (finalizers.length > 0) {
        const [first = ''] = finalizers
        held =
          finalizers.length === 1
            ? `Held by finalizer ${first}. ${finalizerInWords(first)}`
            : `Held by finalizers ${finalizers.join(', ')}.`
      } else {
        const node = seen.path === 'pods' ? textAt(object, 'spec', 'nodeName') : ''
        held =
          node === ''
            ? 'No finalizer holds it: whoever deletes it has not come back.'
            : `No finalizer holds it: the kubelet of ${node} has not confirmed that its containers are gone.`
        if (node !== '') links.push({ text: `node ${node}`, key: `${root}minions/${node}` })
      }
      const draft: FindingDraft = { severity: 'warning', says: `Being deleted for ${humanAge(asked.toISOString(), now)}. ${held}`, links }
      if (finalizers.length === 0 && seen.path === 'pods' && waiting.length < MOST_WAITING) waiting.push([seen, draft])
      else report(seen, draft)
    }
    return {
      see,
      end() {
        for (const [seen, draft] of waiting) report(seen, draft)
      },
    }
  },
}

function namespaceHeld({ object }: SeenObject, finalizers: readonly string[]): string {
  // NamespaceContentRemaining, NamespaceFinalizersRemaining, NamespaceDeletionDiscoveryFailure …: the controller's own words.
  const reasons = objectsAt(object, 'status', 'conditions')
    .filter((condition) => textAt(condition, 'status') === 'True' && textAt(condition, 'message') !== '')
    .map((condition) => textAt(condition, 'message').replace(/[^.]$/, '$&.'))
  const held = finalizers.length === 0 ? 'No finalizer holds it.' : `Held by ${finalizers.join(', ')}.`
  return [held, ...reasons].join(' ')
}
