// Reads the messages and stored kinds of one Kubernetes release from its Go modules.
import { sortFlags } from './descriptor-table.mjs'
import { ModuleError } from './go-modules.mjs'
import { readGoPackage } from './go-structs.mjs'
import { readProto } from './proto-messages.mjs'

const MODULES = ['k8s.io/api', 'k8s.io/apimachinery', 'k8s.io/apiextensions-apiserver', 'k8s.io/kube-aggregator']

// Packages with test messages.
const LEFT_OUT = /\/testapigroup\//

/**
 * @param {string} version of the modules, `v0.37.2`
 * @param {(path: string, version: string, wanted: (path: string) => boolean) => Map<string, string>} files
 * @param {(apiVersion: string, kind: string) => string | undefined} whyNeverStored
 */
export function readRelease(version, files, whyNeverStored) {
  const wanted = (path) =>
    path === 'go.mod' ||
    path.endsWith('/generated.proto') ||
    (path.endsWith('.go') &&
      !/(_test|generated\.pb|zz_generated\.(?!prerelease-lifecycle)\w*(\.\w+)?)\.go$/.test(path) &&
      !path.includes('/testdata/'))
  const packages = new Map()
  const leftOut = []
  const modules = [...MODULES]
  for (const module of modules) {
    let found
    try {
      found = files(module, version, wanted)
    } catch (error) {
      // These four exist for every release; modules split off from them may not be published yet.
      if (!(error instanceof ModuleError) || MODULES.includes(module)) throw error
      leftOut.push(module)
      continue
    }
    // Kubernetes 1.38 moved the types of apiextensions into a module of their own, k8s.io/apiextensions-api.
    for (const [, required] of (found.get('go.mod') ?? '').matchAll(/^\s*(?:require\s+)?(k8s\.io\/[\w-]+-api) v/gm))
      if (!modules.includes(required)) modules.push(required)
    for (const path of found.keys()) {
      if (!path.endsWith('/generated.proto') || LEFT_OUT.test(path)) continue
      const dir = path.slice(0, path.lastIndexOf('/'))
      const sources = [...found].filter(([other]) => other.endsWith('.go') && other.slice(0, other.lastIndexOf('/')) === dir)
      packages.set(`${module}/${dir}`, {
        ...readProto(found.get(path)),
        go: readGoPackage(sources.map(([, source]) => source)),
        group: groupOf(sources.map(([, source]) => source)),
      })
    }
  }

  const messages = new Map()
  const roots = new Set()
  const kinds = []
  for (const [path, { package: short, messages: protos, go, group }] of packages) {
    for (const [name, fields] of protos) {
      const local = name.slice(short.length + 1)
      const struct = structOf(packages, path, local)
      messages.set(name, new Map(fields.map((field) => [field.number, toField(field, struct?.fields.get(field.number))])))
      const own = go.structs.get(local)
      const metadata = messages.get(name).get(1)
      if (own?.kind !== true || metadata?.type !== 'meta.v1.ObjectMeta' || group === undefined) continue
      const apiVersion = group === '' ? short.split('.')[1] : `${group}/${short.split('.')[1]}`
      if (whyNeverStored(apiVersion, local) !== undefined) continue
      roots.add(name)
      kinds.push({ apiVersion, kind: local, removed: go.removedIn.get(local) })
    }
  }
  return { messages, roots, kinds, leftOut }
}

/** The group that a package registers its kinds in: `const GroupName = "apps"`. */
function groupOf(sources) {
  for (const source of sources) {
    const name = /^(?:const|var)?\s*GroupName\s*=\s*"([^"]*)"/m.exec(source)?.[1]
    if (name !== undefined) return name
  }
  return undefined
}

/** @param {Map<string, { go: import('./go-structs.mjs').GoPackage }>} packages by import path */
function structOf(packages, path, name, depth = 0) {
  const go = packages.get(path)?.go
  const alias = go?.aliases.get(name)
  if (alias === undefined || depth > 5) return go?.structs.get(name)
  return structOf(packages, alias.package === '' ? path : alias.package, alias.name, depth + 1)
}

/** @param {{ name: string, type: string, repeated: boolean }} proto @param {import('./go-structs.mjs').GoField | undefined} go */
function toField({ name, type, repeated }, go) {
  const flags = sortFlags(`${go?.flags ?? '?'}${repeated ? 'r' : ''}${type.startsWith('map<') ? 'm' : ''}`)
  return { json: go?.json ?? name, type, flags, ...(repeated && go?.keys !== undefined ? { keys: go.keys } : {}) }
}
