// Objects whose name or namespace differs from their key: the API server goes by the key.
import { textAt } from '../value/fields.ts'
import type { FindingRule } from './finding-rule.ts'

export const misnamed: FindingRule = {
  id: 'misnamed',
  fields: ['.metadata.name', '.metadata.namespace'],
  start: ({ report }) => ({
    see(seen) {
      const { object, resource } = seen
      if (object === undefined || resource === undefined) return
      const name = textAt(object, 'metadata', 'name')
      const namespace = textAt(object, 'metadata', 'namespace')
      // Allocations and master leases have no name of their own.
      if (name !== '' && name !== seen.name) {
        report(seen, { severity: 'warning', says: `The key says ${seen.name || 'no name'}, the object calls itself ${name}.` })
      } else if (namespace !== '' && resource.namespaced && namespace !== seen.namespace) {
        report(seen, {
          severity: 'warning',
          says: `The key says namespace ${seen.namespace || 'none'}, the object says ${namespace}.`,
        })
      }
    },
  }),
}
