// Custom objects whose CustomResourceDefinition is gone: no API can reach them, and nothing will delete them.

import type { FindingRule } from './finding-rule.ts'
import { DEFINITIONS } from './known.ts'
import type { SeenObject } from './types.ts'

export const missingDefinition: FindingRule = {
  id: 'missing-definition',
  start({ known, report }) {
    const missing = new Map<string, { first: SeenObject; count: number; bytes: number }>()
    return {
      see(seen) {
        const { path, resource, outline } = seen
        // Custom resources are never protobuf: an unknown protobuf kind belongs to another API server, which needs no definition.
        if (outline !== undefined || (resource !== undefined && !resource.custom)) return
        const [group = '', plural] = path.split('/')
        if (plural === undefined || !group.includes('.') || known.definitions.has(path) || known.aggregatedGroups.has(group)) return
        const before = missing.get(path)
        if (before === undefined) missing.set(path, { first: seen, count: 1, bytes: seen.size })
        else {
          before.count += 1
          before.bytes += seen.size
        }
      },
      end() {
        // An unreadable definition may be the missing one.
        if (known.unreadable.has(DEFINITIONS)) return
        for (const [path, { first, count, bytes }] of missing) {
          const [group, plural] = path.split('/')
          report(first, {
            severity: 'warning',
            says: `There is no CustomResourceDefinition ${plural}.${group}, and ${count === 1 ? '1 object' : `${count.toLocaleString('en')} objects`} of it (${bytes.toLocaleString('en')} bytes).`,
            links: [{ text: `all ${plural}`, table: { resource: path } }],
          })
        }
      },
    }
  },
}
