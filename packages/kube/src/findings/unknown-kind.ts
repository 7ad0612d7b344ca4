// Objects of kinds unknown to Registree: newer than its tables, or of an aggregated API server. They are not damaged.

import { whyNeverStored } from '../protobuf/never-stored.ts'
import { NEWEST_RELEASE } from '../protobuf/plan.ts'
import { textAt } from '../value/fields.ts'
import type { FindingRule } from './finding-rule.ts'
import type { FindingMessage } from './messages.ts'
import type { FindingLink, SeenObject } from './types.ts'

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
        const { apiVersion, kind } = typeOf(seen)
        const id = `${seen.path} ${apiVersion} ${kind}`
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

function typeOf({ outline }: SeenObject): { apiVersion: string; kind: string } {
  return { apiVersion: textAt(outline, 'apiVersion') || '<none>', kind: textAt(outline, 'kind') || '<none>' }
}

function says(first: SeenObject, count: number): FindingMessage[] {
  const why = whyNeverStored(textAt(first.outline, 'apiVersion'), textAt(first.outline, 'kind'))
  return [
    { code: 'kind-unknown', params: { objects: count, ...typeOf(first) } },
    why === undefined ? { code: 'kind-newer', params: { release: NEWEST_RELEASE } } : { code: 'kind-never-stored', params: { why } },
    { code: 'kind-shown', params: {} },
  ]
}

function linksTo({ path, resource }: SeenObject, count: number): FindingLink[] {
  return count === 1 ? [] : [{ code: 'link-all', params: { resource: resource?.resource || path }, table: { resource: path } }]
}
