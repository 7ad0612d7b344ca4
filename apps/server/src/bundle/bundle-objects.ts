// The objects of a YAML to apply, in order: each decoded as it is written, or the reason why it is left out.
import type { DecodedWire } from '@registree/contract'
import { type KubeObject, objectsAt, selectFields, textAt } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import type { NoteMessage } from '../messages/in-english.ts'
import type { KeyValue } from '../sources/source.ts'
import { decodeValue } from '../values/decode-value.ts'
import { openObject } from '../values/stored-objects.ts'
import { isOwnWrite } from './apply-order.ts'
import { type Bundled, type BundleRequest, bundledKeys } from './bundled-keys.ts'
import { LaterOwners } from './later-owners.ts'
import { whyNoText, whyNotWhole } from './not-whole.ts'

const OWNER = selectFields(['.kind', '.metadata.uid', '.metadata.ownerReferences'])

export interface BundleObject extends Bundled {
  /** The directory of the resource, and `namespace/name`. */
  name: string
  made: Written | { leftOut: NoteMessage }
}

interface Written {
  kv: KeyValue
  decoded: DecodedWire
  /** The YAML. */
  text: string
  /** Its controller, if it has one that is not in the bundle. */
  controller: KubeObject | undefined
}

/** Memory: a page of values. Throws AppError. */
export async function* bundleObjects(reading: Reading, request: BundleRequest, revision: bigint): AsyncGenerator<BundleObject, void> {
  const bundle = new Bundle(reading, new LaterOwners(reading, request, revision))
  for await (const bundled of bundledKeys(reading, request, revision)) {
    const name = `${bundled.path === '' ? 'key' : bundled.path} ${bundled.place}`
    yield { ...bundled, name, made: await bundle.made(bundled, name) }
  }
}

class Bundle {
  readonly #reading: Reading
  readonly #later: LaterOwners
  /** The uids of what is in the bundle: their controllers make the rest. */
  readonly #uids = new Map<string, string>()

  constructor(reading: Reading, later: LaterOwners) {
    this.#reading = reading
    this.#later = later
  }

  async made({ kv, path, place }: Bundled, name: string): Promise<BundleObject['made']> {
    if ('unread' in kv) return { leftOut: kv.unread }
    if (isOwnWrite(path)) return { leftOut: { code: 'left-own-write', params: {} } }
    const { cluster, policy, now, signal } = this.#reading
    const { object } = await openObject(cluster, kv, OWNER, { signal })
    const controller = objectsAt(object ?? {}, 'metadata', 'ownerReferences').find((owner) => owner.controller === true)
    if (path === 'pods' && controller !== undefined && textAt(controller, 'kind') === 'Node')
      return { leftOut: { code: 'left-static-pod', params: {} } }
    const maker = controller && (this.#uids.get(textAt(controller, 'uid')) ?? (await this.#later.nameOf(controller, place)))
    if (maker !== undefined) {
      // What it makes in turn is left out too.
      this.#knows(object, name)
      return { leftOut: { code: 'left-made-by', params: { owner: maker } } }
    }
    const context = { key: kv.key, modRevision: kv.modRevision, decryptor: cluster.decryptor, policy, now, view: 'apply' as const }
    const decoded = await decodeValue(kv.value, context, cluster.jobs, signal)
    const why = whyNotWhole(decoded)
    if (why !== null) return { leftOut: why }
    const { shown } = decoded
    if (shown?.form !== 'apply' || shown.text === '') return { leftOut: whyNoText(decoded) }
    this.#knows(object, name)
    return { kv, decoded, text: shown.text, controller }
  }

  #knows(object: KubeObject | undefined, name: string): void {
    const uid = textAt(object ?? {}, 'metadata', 'uid')
    if (uid !== '') this.#uids.set(uid, name)
  }
}
