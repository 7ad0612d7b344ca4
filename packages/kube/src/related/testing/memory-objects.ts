// An in-memory object store for tests that records the requests.
import { resourceOfDefinition } from '../../tables/resources.ts'
import type { KubeObject } from '../../value/value.ts'
import type { ListRequest, ObjectPlace, ObjectStore } from '../object-store.ts'

export interface MemoryObjects extends ObjectStore {
  /** `get pods/shop/web`, `list pods/shop/web-` */
  asked: string[]
}

/** `objects` by key without the Kubernetes prefix: `pods/shop/web`. Cluster-scoped objects have two segments. */
export function memoryObjects(objects: Record<string, KubeObject>): MemoryObjects {
  const keyOf = ({ path, namespace, name }: ObjectPlace) => [path, ...(namespace === null ? [] : [namespace]), name].join('/')
  const asked: string[] = []
  return {
    asked,
    async get(place) {
      asked.push(`get ${keyOf(place)}`)
      const object = objects[keyOf(place)]
      return object === undefined ? null : { place, object, problem: null }
    },
    async list({ path, namespace, namePrefix = '', most, keep }: ListRequest) {
      const prefix = `${path}/${namespace === null ? '' : `${namespace}/`}${namePrefix}`
      asked.push(`list ${prefix}`)
      const all = Object.keys(objects)
        .filter((key) => key.startsWith(prefix))
        .sort()
      const taken = all.slice(0, most)
      return {
        objects: taken.flatMap((key) => {
          const object = objects[key] as KubeObject
          const rest = key.slice(path.length + 1).split('/')
          const place = { path, namespace: rest.length > 1 ? (rest[0] ?? '') : null, name: rest.at(-1) ?? '' }
          return keep(object) ? [{ place, object, problem: null }] : []
        }),
        looked: { path, namespace, namePrefix, objects: taken.length, cut: all.length > taken.length, unread: 0 },
      }
    },
    async customResource(group, kind) {
      for (const [key, object] of Object.entries(objects)) {
        if (!key.startsWith('apiextensions.k8s.io/customresourcedefinitions/')) continue
        const resource = resourceOfDefinition(object)
        if (resource?.group === group && resource.kind === kind) return resource
      }
      return undefined
    },
  }
}
