// Controllers that a bundle has behind what they make: custom resources are applied last, but their workloads are left out before.
import { utf8 } from '@registree/keyspace'
import { type KubeObject, selectFields, textAt } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import { isAppError } from '../problem.ts'
import { readCatalogue } from '../registry/catalogue.ts'
import { kubernetesRoot, openObject } from '../values/stored-objects.ts'
import { type BundleRequest, placeOfKey } from './bundled-keys.ts'

const UNREADABLE = ['SOURCE_FORBIDDEN', 'REVISION_COMPACTED', 'REVISION_IN_FUTURE'] as const
const UID = selectFields(['.metadata.uid'])

export class LaterOwners {
  readonly #reading: Reading
  readonly #request: BundleRequest
  readonly #revision: bigint
  /** By the uid of the controller: its name in the bundle, or null if it is not there. */
  readonly #known = new Map<string, string | null>()
  #resources: ReturnType<typeof readCatalogue> | null = null

  constructor(reading: Reading, request: BundleRequest, revision: bigint) {
    this.#reading = reading
    this.#request = request
    this.#revision = revision
  }

  /**
   * The name of a controller that is in the bundle and exists with this uid, else undefined: one point read for each custom controller.
   * @param place `namespace/name` of what it controls
   */
  async nameOf(controller: KubeObject, place: string): Promise<string | undefined> {
    const [uid, apiVersion] = [textAt(controller, 'uid'), textAt(controller, 'apiVersion')]
    // What is built in comes before what it makes.
    if (uid === '' || !apiVersion.split('/')[0]?.includes('.')) return undefined
    if (!this.#known.has(uid)) this.#known.set(uid, await this.#find(controller, uid, apiVersion, place))
    return this.#known.get(uid) ?? undefined
  }

  async #find(controller: KubeObject, uid: string, apiVersion: string, place: string): Promise<string | null> {
    const { cluster, source, signal } = this.#reading
    const { path, namespace, keys } = this.#request
    if (keys !== undefined) return await this.#findAmong(keys, controller, uid, place)
    this.#resources ??= readCatalogue(cluster, source, this.#revision, false, signal)
    const { resources } = await this.#resources
    const group = apiVersion.split('/')[0]
    const resource = resources.find((one) => one.group === group && one.kind === textAt(controller, 'kind') && !one.empty)
    if (resource === undefined || (path !== undefined && path !== resource.path)) return null
    const of = place.includes('/') ? (place.split('/')[0] as string) : ''
    // A bundle of one namespace has no objects of the cluster.
    if (namespace !== undefined && (resource.namespaced === false || namespace !== of)) return null
    const name = resource.namespaced === false || of === '' ? textAt(controller, 'name') : `${of}/${textAt(controller, 'name')}`
    const key = utf8(`${kubernetesRoot(cluster)}${resource.path}/${name}`)
    const owner = await this.#read(key, this.#revision)
    return owner === uid ? `${resource.path} ${name}` : null
  }

  /** By group and name, each at its own revision: the definition of a deleted resource may be gone too. */
  async #findAmong(keys: NonNullable<BundleRequest['keys']>, controller: KubeObject, uid: string, place: string): Promise<string | null> {
    const group = textAt(controller, 'apiVersion').split('/')[0]
    const name = textAt(controller, 'name')
    const names = new Set([name, `${place.split('/')[0]}/${name}`])
    for (const { key, revision } of keys) {
      const { path, place: of } = placeOfKey(key, this.#reading.cluster.kubernetesPrefix)
      if (path.split('/')[0] !== group || !names.has(of)) continue
      if ((await this.#read(key, revision ?? this.#revision)) === uid) return `${path} ${of}`
    }
    return null
  }

  async #read(key: Uint8Array, revision: bigint): Promise<string | null> {
    const { cluster, source, signal } = this.#reading
    try {
      const [kv] = (await source.range({ key, end: null, revision, limit: 1 }, signal)).kvs
      if (kv === undefined) return null
      const { object, outline } = await openObject(cluster, kv, UID, { signal })
      return textAt(object ?? outline ?? {}, 'metadata', 'uid')
    } catch (error) {
      // What cannot be read is not in the bundle either.
      if (UNREADABLE.some((code) => isAppError(error, code))) return null
      throw error
    }
  }
}
