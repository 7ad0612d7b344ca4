// Sums up each directory: objects, bytes, and the versions in its values.
import type { ResourceUsage } from '@registree/contract'
import type { KubeValue, SeenObject } from '@registree/kube'

/** Names come from the values: hostile ones must not fill the memory. */
const MOST_VERSIONS = 50

export class UsageTally {
  readonly #directories = new Map<
    string,
    { objects: number; bytes: number; rounded: boolean; versions: Map<string, ResourceUsage['versions'][number]> }
  >()

  add({ path, size, sizeRounded = false, object }: Pick<SeenObject, 'path' | 'size' | 'sizeRounded' | 'object'>): void {
    let directory = this.#directories.get(path)
    if (directory === undefined) {
      directory = { objects: 0, bytes: 0, rounded: false, versions: new Map() }
      this.#directories.set(path, directory)
    }
    directory.objects += 1
    directory.bytes += size
    directory.rounded ||= sizeRounded
    if (object === undefined) return
    const apiVersion = text(object.apiVersion)
    const kind = text(object.kind)
    const id = `${apiVersion} ${kind}`
    const version = directory.versions.get(id)
    if (version !== undefined) version.objects += 1
    else if (directory.versions.size < MOST_VERSIONS) directory.versions.set(id, { apiVersion, kind, objects: 1 })
  }

  /** The largest directories first. */
  read(): ResourceUsage[] {
    return [...this.#directories]
      .map(([path, { objects, bytes, rounded, versions }]) => ({ path, objects, bytes, rounded, versions: [...versions.values()] }))
      .sort((a, b) => b.bytes - a.bytes)
  }
}

function text(value: KubeValue | undefined): string {
  return typeof value === 'string' ? value.slice(0, 300) : ''
}
