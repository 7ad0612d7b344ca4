// A Helm release as a person may see it: what its labels say always, what is inside only where secrets are revealed, else its size and digest.
import type { DecodedValue } from '../decode/types.ts'
import type { MaskContext } from '../mask/mask-decoded.ts'
import { Masker } from '../mask/masker.ts'
import { objectAt, textAt } from '../summary/fields.ts'
import type { KubeObject } from '../value.ts'
import { type HelmRelease, helmStorage, openHelmRelease } from './helm-release.ts'

export interface ShownRelease {
  storage: 'secret' | 'configmap' | 'helm2'
  name: string
  namespace: string
  /** Decimal; empty when nothing says it. */
  revision: string
  status: string
  /** Chart, app version, times, description, notes. A masked one says its size and digest. */
  facts: { label: string; value: string; masked: boolean }[]
  masked: boolean
  /** Why the release could not be opened; null when it was. */
  problem: string | null
  /** Manifest and values: there only where nothing is masked and the release could be opened. */
  opened: Pick<HelmRelease, 'manifest' | 'values'> | null
}

/**
 * The release that a value keeps, under the masking policy; null when it keeps none.
 * @param decoded the value before masking, `shown` the object after it: what is outside of the release is taken from there.
 */
export function shownRelease(
  decoded: Pick<DecodedValue, 'object'>,
  shown: KubeObject | undefined,
  { reveal, salt, digest }: Pick<MaskContext, 'reveal' | 'salt' | 'digest'>,
): ShownRelease | null {
  const storage = helmStorage(decoded.object)
  const opening = openHelmRelease(decoded)
  if (storage === null || opening === null) return null
  const release = opening.ok ? opening.release : null
  const labels = objectAt(shown, 'metadata', 'labels')
  const label = (name: string) => textAt(labels, name) || textAt(labels, name.toUpperCase())
  // Helm 3 calls the object `sh.helm.release.v1.NAME.vREVISION`.
  const [, ownName = '', ownRevision = ''] = /^sh\.helm\.release\.v1\.(.+)\.v(\d+)$/.exec(textAt(shown, 'metadata', 'name')) ?? []
  const masker = new Masker((bytes) => digest(salt, bytes))
  const facts: ShownRelease['facts'] = []
  for (const [name, text] of factsOf(release)) {
    if (text !== '') facts.push({ label: name, value: reveal ? text : masker.text('', text), masked: !reveal })
  }
  if (release !== null && !reveal) facts.push({ label: 'Manifest', value: masker.text('', release.manifest), masked: true })
  return {
    storage,
    name: label('name') || ownName || (reveal ? (release?.name ?? '') : ''),
    namespace: textAt(shown, 'metadata', 'namespace'),
    revision: label('version') || ownRevision,
    status: label('status') || (reveal ? (release?.status ?? '') : ''),
    facts,
    masked: !reveal,
    problem: opening.ok ? null : opening.reason,
    opened: reveal && release !== null ? { manifest: release.manifest, values: release.values } : null,
  }
}

function factsOf(release: HelmRelease | null): [string, string][] {
  if (release === null) return []
  const { chart } = release
  return [
    ['Chart', [chart.name, chart.version].filter((part) => part !== '').join('-')],
    ['App version', chart.appVersion],
    ['Updated', release.updated],
    ['First deployed', release.firstDeployed],
    ['Description', release.description],
    ['Notes', release.notes],
  ]
}
