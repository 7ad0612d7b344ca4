// Writes objects as one YAML to apply: in order, each fit for another cluster, and a comment for each that is left out.
import type { DecodedWire } from '@registree/contract'
import { type KubeObject, objectsAt, selectFields, textAt } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import { decodeValue } from '../values/decode-value.ts'
import { inOneLine } from '../values/in-one-line.ts'
import { openObject } from '../values/stored-objects.ts'
import { isOwnWrite } from './apply-order.ts'
import { type Bundled, type BundleRequest, bundledKeys, bundleRevision } from './bundled-keys.ts'
import { LaterOwners } from './later-owners.ts'
import { faultsOf, whyNoText, whyNotWhole } from './not-whole.ts'

const OWNER = selectFields(['.kind', '.metadata.uid', '.metadata.ownerReferences'])

/** The parts of the text, one for each object; memory: a page of values. Throws AppError. */
export async function* bundleText(reading: Reading, request: BundleRequest): AsyncGenerator<string, void> {
  const revision = await bundleRevision(reading, request)
  const { name, opened } = reading.cluster
  yield `# Objects of ${inOneLine(name)} (${inOneLine(opened.origin)}) at revision ${revision}, in the order to apply them.\n`
  yield '# Without status and what belongs to one cluster only: uids, owners, a Service’s cluster IP, a Pod’s node.\n'
  const bundle = new Bundle(reading, new LaterOwners(reading, request, revision))
  for await (const bundled of bundledKeys(reading, request, revision)) yield await bundle.textOf(bundled)
  yield bundle.end()
}

class Bundle {
  readonly #reading: Reading
  readonly #later: LaterOwners
  /** The uids of what is in the bundle: their controllers make the rest. */
  readonly #uids = new Map<string, string>()
  #written = 0
  #leftOut = 0

  constructor(reading: Reading, later: LaterOwners) {
    this.#reading = reading
    this.#later = later
  }

  async textOf({ kv, path, place }: Bundled): Promise<string> {
    const name = `${path === '' ? 'key' : path} ${place}`
    if (typeof kv === 'string') return this.#without(name, kv)
    if (isOwnWrite(path)) return this.#without(name, 'the cluster writes it by itself')
    const { cluster, policy, now, signal } = this.#reading
    const { object } = await openObject(cluster, kv, OWNER, { signal })
    const controller = objectsAt(object ?? {}, 'metadata', 'ownerReferences').find((owner) => owner.controller === true)
    if (path === 'pods' && controller !== undefined && textAt(controller, 'kind') === 'Node')
      return this.#without(name, 'its node makes it from a static manifest')
    const maker = controller && (this.#uids.get(textAt(controller, 'uid')) ?? (await this.#later.nameOf(controller, place)))
    if (maker !== undefined) {
      // What it makes in turn is left out too.
      this.#knows(object, name)
      return this.#without(name, `its controller makes it from ${maker}`)
    }
    const context = { key: kv.key, modRevision: kv.modRevision, decryptor: cluster.decryptor, policy, now, view: 'apply' as const }
    const decoded = await decodeValue(kv.value, context, cluster.jobs, signal)
    const why = whyNotWhole(decoded)
    if (why !== null) return this.#without(name, why)
    const { shown } = decoded
    if (shown?.form !== 'apply' || shown.text === '') return this.#without(name, whyNoText(decoded))
    this.#knows(object, name)
    this.#written += 1
    return `---\n${controller === undefined ? '' : withoutOwner(controller)}${faultLines(decoded)}${shown.text}`
  }

  /** The last lines say that nothing is missing at the end. */
  end(): string {
    return `# End: ${this.#written} written, ${this.#leftOut} left out.\n`
  }

  #knows(object: KubeObject | undefined, name: string): void {
    const uid = textAt(object ?? {}, 'metadata', 'uid')
    if (uid !== '') this.#uids.set(uid, name)
  }

  #without(name: string, why: string): string {
    this.#leftOut += 1
    return `# Left out: ${inOneLine(name)}: ${inOneLine(why)}\n`
  }
}

/** Faults that are named above an object. */
const MOST_FAULTS = 20

/** What did not decode is not in the object. */
function faultLines(decoded: DecodedWire): string {
  const { problems = [], unknownFields = [] } = faultsOf(decoded) ?? {}
  const lines = [
    ...problems.filter(({ severity }) => severity !== 'info').map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)),
    ...unknownFields.map(({ path, number }) => `${path === '' ? 'the object' : path}: field ${number} is unknown, so it is left out`),
  ]
  const more = lines.length > MOST_FAULTS ? [`and ${lines.length - MOST_FAULTS} more`] : []
  return [...lines.slice(0, MOST_FAULTS), ...more].map((line) => `# Not decoded: ${inOneLine(line)}\n`).join('')
}

/** The reader must know that no controller manages the object any more. */
function withoutOwner(controller: KubeObject): string {
  const owner = inOneLine(`${textAt(controller, 'kind')} ${textAt(controller, 'name')}`)
  return `# Its controller ${owner} is not in this file, so the reference to it is left out.\n`
}
