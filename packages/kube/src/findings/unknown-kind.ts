// Objects of kinds unknown to Registree: newer than its tables, or of an aggregated API server. They are not damaged.

import { whyNeverStored } from '../protobuf/never-stored.ts'
import { NEWEST_RELEASE } from '../protobuf/plan.ts'
import { textAt } from '../value/fields.ts'
import type { FindingRule } from './finding-rule.ts'
import type { SeenObject } from './types.ts'

/** Kinds that are counted; names come from the values, and hostile ones must not fill the memory. */
const MOST_KINDS = 200

export const unknownKind: FindingRule = {
  id: 'unknown-kind',
  start({ report }) {
    const kinds = new Map<string, { first: SeenObject; count: number }>()
    const tell = (first: SeenObject, count: number) =>
      report(first, { severity: 'info', says: says(first, count), links: linksTo(first, count) })
    return {
      see(seen) {
        if (seen.outline === undefined) return
        const id = `${seen.path} ${typeOf(seen)}`
        const before = kinds.get(id)
        if (before !== undefined) before.count += 1
        else if (kinds.size < MOST_KINDS) kinds.set(id, { first: seen, count: 1 })
        else tell(seen, 1)
      },
      end() {
        for (const { first, count } of kinds.values()) tell(first, count)
      },
    }
  },
}

function typeOf({ outline }: SeenObject): string {
  return `${textAt(outline, 'apiVersion') || '(no apiVersion)'} ${textAt(outline, 'kind') || '(no kind)'}`
}

function says(first: SeenObject, count: number): string {
  const objects = count === 1 ? '1 object is' : `${count.toLocaleString('en')} objects are`
  const why = whyNeverStored(textAt(first.outline, 'apiVersion'), textAt(first.outline, 'kind'))
  const told =
    why === undefined
      ? `Registree’s tables end at Kubernetes ${NEWEST_RELEASE}.`
      : `Kubernetes itself never stores this kind (${why}): another program wrote it.`
  return `${objects} of ${typeOf(first)}, which Registree does not know. ${told} Metadata is read, the rest is shown by field number, and the raw bytes are as stored.`
}

function linksTo({ path, resource }: SeenObject, count: number) {
  return count === 1 ? [] : [{ text: `all of ${resource?.resource || path}`, table: { resource: path } }]
}
