// Writes objects as one YAML to apply: in order, each fit for another cluster, and a comment for each that is left out.
import type { DecodedWire } from '@registree/contract'
import { type KubeObject, removedIn, textAt } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import { inOneLine } from '../values/in-one-line.ts'
import { bundleObjects } from './bundle-objects.ts'
import { type BundleRequest, bundleRevision } from './bundled-keys.ts'
import { faultsOf, leftOutText } from './not-whole.ts'

/** The parts of the text, one for each object; memory: a page of values. Throws AppError. */
export async function* bundleText(reading: Reading, request: BundleRequest): AsyncGenerator<string, void> {
  const revision = await bundleRevision(reading, request)
  const { name, opened } = reading.cluster
  yield `# Objects of ${inOneLine(name)} (${inOneLine(opened.origin)}) at revision ${revision}, in the order to apply them.\n`
  yield '# Without status and what belongs to one cluster only: uids, owners, a Service’s cluster IP, a Pod’s node.\n'
  const counts = { written: 0, leftOut: 0 }
  for await (const { name: of, made } of bundleObjects(reading, request, revision)) {
    if ('leftOut' in made) {
      counts.leftOut += 1
      yield `# Left out: ${inOneLine(of)}: ${inOneLine(leftOutText(made.leftOut))}\n`
      continue
    }
    counts.written += 1
    const { decoded, text, controller } = made
    yield `---\n${notServed(decoded)}${controller === undefined ? '' : withoutOwner(controller)}${faultLines(decoded)}${text}`
  }
  // The last line says that nothing is missing at the end.
  yield `# End: ${counts.written} written, ${counts.leftOut} left out.\n`
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

/** API servers read definitions in this version from etcd, but take none from 1.22 on: so it is not among the removed ones. */
const OLD_DEFINITIONS = { apiVersion: 'apiextensions.k8s.io/v1beta1', minor: 22 }

/** The cluster to which it is applied may be a newer one. */
function notServed({ apiVersion, kind }: DecodedWire): string {
  if (apiVersion === null || kind === null) return ''
  const minor = apiVersion === OLD_DEFINITIONS.apiVersion ? OLD_DEFINITIONS.minor : removedIn(apiVersion, kind)
  return minor === undefined
    ? ''
    : `# Kubernetes does not serve ${inOneLine(apiVersion)} ${inOneLine(kind)} from 1.${minor} on: convert it for a newer cluster.
`
}

/** The reader must know that no controller manages the object any more. */
function withoutOwner(controller: KubeObject): string {
  const owner = inOneLine(`${textAt(controller, 'kind')} ${textAt(controller, 'name')}`)
  return `# Its controller ${owner} is not in this file, so the reference to it is left out.\n`
}
