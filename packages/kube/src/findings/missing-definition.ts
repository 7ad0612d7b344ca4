// Custom objects whose CustomResourceDefinition is gone: no API can reach them, and nothing will delete them.

import type { FindingRule } from './finding-rule.ts'
import { DEFINITIONS } from './known.ts'
import type { SeenObject } from './types.ts'

export const missingDefinition: FindingRule = {
  id: 'missing-definition',
  start({ known, report }) {
    const missing = new Map<string, { first: SeenObject; count: number; bytes: number; read: boolean }>()
    return {
      see(seen) {
        const { path, resource, outline, problem } = seen
        // Custom resources are never protobuf: an unknown protobuf kind belongs to another API server, which needs no definition.
        if (outline !== undefined || (resource !== undefined && !resource.custom)) return
        const [group = '', plural] = path.split('/')
        if (plural === undefined || !group.includes('.') || known.definitions.has(path) || known.aggregatedGroups.has(group)) return
        const before = missing.get(path)
        const read = problem === undefined
        if (before === undefined) missing.set(path, { first: seen, count: 1, bytes: seen.size, read })
        else {
          before.count += 1
          before.bytes += seen.size
          before.read ||= read
        }
      },
      end() {
        // An unreadable definition may be the missing one.
        if (known.unreadable.has(DEFINITIONS)) return
        for (const [path, { first, count, bytes, read }] of missing) {
          // What does not decode may be another API server's protobuf.
          if (!read) continue
          const [group, plural] = path.split('/')
          report(first, {
            severity: 'warning',
            says: [{ code: 'missing-definition', params: { definition: `${plural}.${group}`, objects: count, bytes } }],
            links: [{ code: 'link-all', params: { resource: plural ?? '' }, table: { resource: path } }],
          })
        }
      },
    }
  },
}
