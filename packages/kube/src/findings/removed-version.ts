// Objects stored in an API version that current Kubernetes does not serve, or that their definition does not list.

import { removedIn } from '../tables/removed-versions.ts'
import { textAt } from '../value/fields.ts'
import type { FindingRule } from './finding-rule.ts'
import type { SeenObject } from './types.ts'

/**
 * If this cluster's release no longer serves the version, every object is a finding: nothing has rewritten it since. If the release still writes the
 * version, it only matters for the next upgrades: one note for all objects of a kind.
 */
export const removedVersion: FindingRule = {
  id: 'removed-version',
  start({ known, report }) {
    const later = new Map<string, { first: SeenObject; apiVersion: string; minor: number; count: number }>()
    return {
      see(seen) {
        const { object, path } = seen
        if (object === undefined) return
        const apiVersion = textAt(object, 'apiVersion')
        const kind = textAt(object, 'kind')
        const minor = removedIn(apiVersion, kind)
        if (minor !== undefined && known.minor !== null && known.minor >= minor) {
          report(seen, {
            severity: 'warning',
            says: `Stored as ${apiVersion}, not served since Kubernetes 1.${minor}; the nodes run 1.${known.minor}. ${successor(seen, kind)}`,
          })
        } else if (minor !== undefined) {
          const id = `${path} ${apiVersion} ${kind}`
          const before = later.get(id)
          if (before === undefined) later.set(id, { first: seen, apiVersion, minor, count: 1 })
          else before.count += 1
        } else {
          const definition = known.definitions.get(path)
          if (definition === undefined || definition.versions.length === 0 || definition.versions.includes(apiVersion)) return
          report(seen, {
            severity: 'error',
            says: `Stored as ${apiVersion || 'no version'}, which its definition does not list (${definition.versions.join(', ')}): the API server cannot read it.`,
          })
        }
      },
      end() {
        for (const { first, apiVersion, minor, count } of later.values()) {
          const kind = textAt(first.object, 'kind')
          report(first, {
            severity: 'info',
            says: `${count.toLocaleString('en')} ${kind} ${count === 1 ? 'object is' : 'objects are'} stored as ${apiVersion}, not served from Kubernetes 1.${minor} on${
              known.minor === null ? '' : `; the nodes run 1.${known.minor}`
            }. ${successor(first, kind)}`,
            links: [{ text: `all ${first.resource?.resource || first.path}`, table: { resource: first.path } }],
          })
        }
      },
    }
  },
}

function successor({ resource }: SeenObject, kind: string): string {
  const instead = resource?.versions[0]
  return instead === undefined || removedIn(instead, kind) !== undefined ? 'Nothing took its place.' : `It is ${instead} now.`
}
