// What one pass over the registry learns for all of its rules: namespaces, definitions, nodes, and what could not be read.

import { minorOf } from '../tables/release.ts'
import { RESOURCES, resourceOfDefinition, resourceOfKind } from '../tables/resources.ts'
import { objectsAt, textAt, textsAt } from '../value/fields.ts'
import type { SeenObject } from './types.ts'

export const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions'
const API_SERVICES = 'apiregistration.k8s.io/apiservices'

/** The parts of a definition that its instances need. */
export interface KnownDefinition {
  kind: string
  group: string
  /** Full: `example.com/v1`. */
  versions: string[]
}

const builtInGroups = new Set(RESOURCES.filter(({ custom }) => !custom).map(({ group }) => group))

/**
 * These directories are read first (see scan-order.ts), so that rules can use them at once: namespaces, definitions, API services, nodes. Its size
 * depends on these lists, not on the number of objects.
 */
export class Known {
  static readonly fieldsAt: Readonly<Record<string, readonly string[]>> = {
    [DEFINITIONS]: ['.spec.group', '.spec.names', '.spec.scope', '.spec.version', '.spec.versions[*].name', '.spec.versions[*].storage'],
    [API_SERVICES]: ['.spec.group', '.spec.service.name'],
    minions: ['.status.nodeInfo.kubeletVersion'],
  }

  readonly namespaces = new Set<string>()
  readonly nodes = new Set<string>()
  /** By directory. */
  readonly definitions = new Map<string, KnownDefinition>()
  /** Directories by group and kind. */
  readonly #byKind = new Map<string, string>()
  /** Groups served by another API server: where it stores them is unknown. */
  readonly aggregatedGroups = new Set<string>()
  /** Directories with at least one unreadable value: something missing may be there after all. */
  readonly unreadable = new Set<string>()
  /** Directories with at least one key. */
  readonly seen = new Set<string>()
  /** The newest kubelet's minor release; null if no node reports it. An API server is never older than its kubelets. */
  minor: number | null = null

  see({ path, name, object }: SeenObject): void {
    this.seen.add(path)
    if (object === undefined) this.unreadable.add(path)
    // The key alone makes a name known, even if the value is unreadable.
    if (path === 'namespaces') this.namespaces.add(name)
    else if (path === 'minions') this.#seeNode(name, textAt(object, 'status', 'nodeInfo', 'kubeletVersion'))
    else if (object === undefined) return
    else if (path === DEFINITIONS) {
      const resource = resourceOfDefinition(object)
      if (resource === undefined) this.unreadable.add(path)
      else {
        this.definitions.set(resource.path, { kind: resource.kind, group: resource.group, versions: resource.versions })
        const id = `${resource.group} ${resource.kind}`
        if (!this.#byKind.has(id)) this.#byKind.set(id, resource.path)
      }
    } else if (path === API_SERVICES && textAt(object, 'spec', 'service', 'name') !== '') {
      this.aggregatedGroups.add(textAt(object, 'spec', 'group'))
    }
  }

  #seeNode(name: string, kubelet: string): void {
    this.nodes.add(name)
    const minor = minorOf(kubelet)
    if (minor !== undefined) this.minor = Math.max(this.minor ?? 0, minor)
  }

  /** The directory of a kind; null if no API server of this cluster stores it, undefined if that is unknown. */
  directoryOf(apiVersion: string, kind: string): string | null | undefined {
    const builtIn = resourceOfKind(apiVersion, kind)
    if (builtIn !== undefined && !builtIn.custom) return builtIn.path
    const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
    const defined = this.#byKind.get(`${group} ${kind}`)
    if (defined !== undefined) return defined
    // An unknown kind in one of Kubernetes' own groups is newer than the catalogue.
    if (this.aggregatedGroups.has(group) || builtInGroups.has(group) || this.unreadable.has(DEFINITIONS)) return undefined
    return null
  }
}

/** The finalizers of an object, and a namespace's own. */
export function finalizersOf(object: SeenObject['object'], path: string): string[] {
  return [...textsAt(object, 'metadata', 'finalizers'), ...(path === 'namespaces' ? textsAt(object, 'spec', 'finalizers') : [])]
}

/** A condition of a status by its type. */
export function conditionOf(object: SeenObject['object'], type: string) {
  return objectsAt(object, 'status', 'conditions').find((condition) => textAt(condition, 'type') === type)
}
