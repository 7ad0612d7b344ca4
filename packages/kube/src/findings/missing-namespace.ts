// Objects in a namespace that does not exist: the API server lists them, and nothing will delete them.
import type { FindingRule } from './finding-rule.ts'
import type { SeenObject } from './types.ts'

export const missingNamespace: FindingRule = {
  id: 'missing-namespace',
  start({ known, report }) {
    const missing = new Map<string, { first: SeenObject; count: number; kinds: Set<string> }>()
    return {
      see(seen) {
        const { namespace, resource } = seen
        if (namespace === '' || resource?.namespaced === false || known.namespaces.has(namespace)) return
        // An etcd without any Namespace does not hold a cluster, or only its events (--etcd-servers-overrides).
        if (known.namespaces.size === 0) return
        const before = missing.get(namespace)
        const kind = resource?.kind || seen.path
        if (before === undefined) missing.set(namespace, { first: seen, count: 1, kinds: new Set([kind]) })
        else {
          before.count += 1
          before.kinds.add(kind)
        }
      },
      end() {
        for (const [namespace, { first, count, kinds }] of missing) {
          const objects = count === 1 ? '1 object' : `${count.toLocaleString('en')} objects`
          report(first, {
            severity: 'warning',
            says: `Namespace ${namespace} does not exist, and ${objects} ${count === 1 ? 'lies' : 'lie'} in it: ${[...kinds].sort().join(', ')}.`,
            links: [{ text: `what is in ${namespace}`, namespace }],
          })
        }
      },
    }
  },
}
