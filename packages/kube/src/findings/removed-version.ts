// Objects stored in an API version that current Kubernetes does not serve, or that their definition does not list.

import { removedIn } from '../tables/removed-versions.ts'
import { textAt } from '../value/fields.ts'
import type { FindingRule } from './finding-rule.ts'
import type { FindingMessage } from './messages.ts'
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
            says: [
              { code: 'version-removed', params: { apiVersion, release: `1.${minor}` } },
              ...nodesRun(known.minor),
              successor(seen, kind),
            ],
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
            says: [{ code: 'version-not-listed', params: { apiVersion: apiVersion || '<none>', versions: definition.versions } }],
          })
        }
      },
      end() {
        for (const { first, apiVersion, minor, count } of later.values()) {
          const kind = textAt(first.object, 'kind')
          report(first, {
            severity: 'info',
            says: [
              { code: 'version-removed-later', params: { objects: count, kind, apiVersion, release: `1.${minor}` } },
              ...nodesRun(known.minor),
              successor(first, kind),
            ],
            links: [{ code: 'link-all', params: { resource: first.resource?.resource || first.path }, table: { resource: first.path } }],
          })
        }
      },
    }
  },
}

function nodesRun(minor: number | null): FindingMessage[] {
  return minor === null ? [] : [{ code: 'nodes-run', params: { release: `1.${minor}` } }]
}

function successor({ resource }: SeenObject, kind: string): FindingMessage {
  const instead = resource?.versions[0]
  return instead === undefined || removedIn(instead, kind) !== undefined
    ? { code: 'version-without-successor', params: {} }
    : { code: 'version-now', params: { apiVersion: instead } }
}
