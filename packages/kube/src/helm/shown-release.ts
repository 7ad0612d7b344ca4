// A Helm release as it may be shown: labels, chart and times always; manifest, values, notes and description only with revealed secrets, else their
// sizes and digests.

import { type MaskContext, maskerOf } from '../mask/mask-decoded.ts'
import { objectAt, textAt } from '../value/fields.ts'
import type { DecodedValue } from '../value/types.ts'
import type { KubeObject } from '../value/value.ts'
import { type HelmMessage, type HelmRelease, helmStorage, openHelmRelease } from './helm-release.ts'

export interface ShownRelease {
  storage: 'secret' | 'configmap' | 'helm2'
  name: string
  namespace: string
  /** Decimal; empty if unknown. */
  revision: string
  status: string
  /** Chart, app version and times, which are not secret; description, notes and manifest, each masked with its size and digest unless revealed. */
  facts: { label: string; value: string; masked: boolean }[]
  masked: boolean
  /** Why the release could not be decoded; null if it was. */
  problem: HelmMessage | null
  /** Manifest and values: only if nothing is masked and the release was decoded. */
  opened: Pick<HelmRelease, 'manifest' | 'values'> | null
}

/**
 * The release in a value, under the masking policy; null if there is none.
 * @param decoded the value before masking, `shown` the object after it: everything outside the release is taken from there.
 */
export function shownRelease(
  decoded: Pick<DecodedValue, 'object'>,
  shown: KubeObject | undefined,
  context: Pick<MaskContext, 'key' | 'path' | 'reveal' | 'salt' | 'digest'>,
): ShownRelease | null {
  const { reveal } = context
  const storage = helmStorage(decoded.object)
  const opening = openHelmRelease(decoded)
  if (storage === null || opening === null) return null
  const release = opening.ok ? opening.release : null
  const labels = objectAt(shown, 'metadata', 'labels')
  const label = (name: string) => textAt(labels, name) || textAt(labels, name.toUpperCase())
  // Helm 3 names the object `sh.helm.release.v1.NAME.vREVISION`.
  const [, ownName = '', ownRevision = ''] = /^sh\.helm\.release\.v1\.(.+)\.v(\d+)$/.exec(textAt(shown, 'metadata', 'name')) ?? []
  const masker = maskerOf(context)
  const facts: ShownRelease['facts'] = []
  for (const { label, value, open } of factsOf(release)) {
    // When revealed, the manifest has its own view.
    if (value === '' || (reveal && label === 'Manifest')) continue
    const masked = !reveal && !open
    facts.push({ label, value: masked ? masker.text(`.release.${label.toLowerCase()}`, value, 'helm-release') : value, masked })
  }
  const said = (text: string | undefined) => (text !== undefined && (reveal || isName(text)) ? text : '')
  return {
    storage,
    name: label('name') || ownName || said(release?.name),
    namespace: textAt(shown, 'metadata', 'namespace'),
    revision: label('version') || ownRevision || (release !== null && release.revision > 0 ? String(release.revision) : ''),
    status: label('status') || said(release?.status),
    facts,
    masked: !reveal,
    problem: opening.ok ? null : opening.reason,
    opened: reveal && release !== null ? { manifest: release.manifest, values: release.values } : null,
  }
}

/** `open` are the facts shown without --reveal-secrets: names, versions and times, if they look like them. */
function factsOf(release: HelmRelease | null): { label: string; value: string; open: boolean }[] {
  if (release === null) return []
  const { chart } = release
  const named = (label: string, value: string) => ({ label, value, open: isName(value) })
  const timed = (label: string, value: string) => ({ label, value, open: /^\d{4}-\d\d-\d\dT[\d:.]{8,20}(?:Z|[+-]\d\d:\d\d)$/.test(value) })
  return [
    named('Chart', [chart.name, chart.version].filter((part) => part !== '').join('-')),
    named('App version', chart.appVersion),
    timed('Updated', release.updated),
    timed('First deployed', release.firstDeployed),
    // Helm stores error messages there, which may quote anything.
    { label: 'Description', value: release.description, open: false },
    { label: 'Notes', value: release.notes, open: false },
    { label: 'Manifest', value: release.manifest, open: false },
  ]
}

/** Whether a text looks like the name of a chart, release or version. */
function isName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/.test(text)
}
