// Decodes the release that Helm stores in a Secret or ConfigMap. Show it only with revealed secrets: its manifest and values may contain any.
// Layers (helm pkg/storage/driver/{secrets,cfgmaps,util}.go): base64 of gzip of JSON, in a Secret once more in the Secret's own base64.
import { Gunzip } from 'fflate'
import { parseExactJson } from '../json/parse-exact-json.ts'
import { integerAt, isObject, objectAt, textAt, valueAt } from '../value/fields.ts'
import type { MessageOf } from '../value/message.ts'
import type { DecodedValue } from '../value/types.ts'
import type { KubeValue } from '../value/value.ts'
import { decodeBase64 } from '../wire/base64.ts'
import { strictUtf8 } from '../wire/text.ts'

export interface HelmRelease {
  name: string
  namespace: string
  /** Counts upgrades from 1; 0 if unknown. */
  revision: number
  /** `deployed`, `superseded`, `failed`, `pending-upgrade` … */
  status: string
  description: string
  chart: { name: string; version: string; appVersion: string }
  /** RFC 3339, as written by Helm; empty if absent. */
  firstDeployed: string
  updated: string
  notes: string
  /** The rendered objects as YAML. */
  manifest: string
  /** The user's values that override the chart's; null if there are none. */
  values: KubeValue
  /** Size of the release in bytes: stored (gzip) and unpacked (JSON). */
  size: { compressed: number; unpacked: number }
}

/** Why a release cannot be opened. */
export type HelmMessage = MessageOf<{
  'helm-2': Nothing
  'helm-data-no-base64': Nothing
  'helm-no-base64': Nothing
  'helm-no-json': Nothing
  'helm-no-object': Nothing
  'helm-short': Nothing
  'helm-not-unpacked': Nothing
  'helm-large': { most: number }
  'helm-checksum': Nothing
}>
type Nothing = Record<never, never>

export type OpenedRelease = { ok: true; release: HelmRelease } | { ok: false; reason: HelmMessage }

/** Helm's own releases stay below etcd's 1.5 MB compressed; larger unpacked data is a bomb. */
const LARGEST_RELEASE = 64 * 1024 * 1024
/** Deflate expands at most 1,032 times: one step can exceed the limit by 4 MB. */
const STEP = 4 * 1024
const SHORTEST_GZIP = 18

/** Where an object stores a Helm release; null if it does not. */
export function helmStorage(object: KubeValue | undefined): 'secret' | 'configmap' | 'helm2' | null {
  const kind = textAt(object, 'kind')
  const labels = objectAt(object, 'metadata', 'labels')
  if (textAt(object, 'data', 'release') === '') return null
  if (textAt(labels, 'OWNER') === 'TILLER') return 'helm2'
  if (kind === 'Secret') return textAt(object, 'type') === 'helm.sh/release.v1' || textAt(labels, 'owner') === 'helm' ? 'secret' : null
  if (kind !== 'ConfigMap') return null
  return textAt(labels, 'owner') === 'helm' || textAt(object, 'metadata', 'name').startsWith('sh.helm.release.v1.') ? 'configmap' : null
}

/**
 * Decodes a release. Never throws; unpacking stops at `largest` bytes (64 MB by default).
 * @returns null if the value is not a Helm release.
 */
export function openHelmRelease(decoded: Pick<DecodedValue, 'object'>, largest: number = LARGEST_RELEASE): OpenedRelease | null {
  const storage = helmStorage(decoded.object)
  if (storage === null) return null
  if (storage === 'helm2') {
    return { ok: false, reason: { code: 'helm-2', params: {} } }
  }
  const stored = textAt(decoded.object, 'data', 'release')
  const inner = storage === 'secret' ? decodeBase64(stored) : null
  if (storage === 'secret' && inner === null) return { ok: false, reason: { code: 'helm-data-no-base64', params: {} } }
  const payload = decodeBase64(inner === null ? stored : new TextDecoder().decode(inner))
  if (payload === null) return { ok: false, reason: { code: 'helm-no-base64', params: {} } }
  const unpacked = payload[0] === 0x1f && payload[1] === 0x8b ? gunzip(payload, largest) : payload.subarray(0, largest)
  if ('code' in unpacked) return { ok: false, reason: unpacked }
  return readRelease(unpacked, payload.length)
}

function readRelease(json: Uint8Array, compressed: number): OpenedRelease {
  const text = strictUtf8(json)
  const parsed = text === undefined ? undefined : parseExactJson(text)
  if (parsed === undefined || parsed.error !== undefined) return { ok: false, reason: { code: 'helm-no-json', params: {} } }
  const release = parsed.value
  if (!isObject(release)) return { ok: false, reason: { code: 'helm-no-object', params: {} } }
  const chart = objectAt(release, 'chart', 'metadata')
  const info = objectAt(release, 'info')
  return {
    ok: true,
    release: {
      name: textAt(release, 'name'),
      namespace: textAt(release, 'namespace'),
      revision: integerAt(release, 'version') ?? 0,
      status: textAt(info, 'status'),
      description: textAt(info, 'description'),
      chart: { name: textAt(chart, 'name'), version: textAt(chart, 'version'), appVersion: textAt(chart, 'appVersion') },
      firstDeployed: textAt(info, 'first_deployed'),
      updated: textAt(info, 'last_deployed'),
      notes: textAt(info, 'notes'),
      manifest: textAt(release, 'manifest'),
      values: valueAt(release, 'config') ?? null,
      size: { compressed, unpacked: json.length },
    },
  }
}

/** The unpacked bytes, or why there are none. Fed in small steps so that a bomb is detected before it fills the memory. */
function gunzip(payload: Uint8Array, largest: number): Uint8Array | HelmMessage {
  if (payload.length < SHORTEST_GZIP) return { code: 'helm-short', params: {} }
  const parts: Uint8Array[] = []
  let size = 0
  let ended = false
  const stream = new Gunzip((chunk, final) => {
    size += chunk.length
    if (size <= largest) parts.push(chunk)
    ended = final
  })
  try {
    for (let at = 0; at < payload.length && size <= largest; at += STEP)
      stream.push(payload.slice(at, at + STEP), at + STEP >= payload.length)
  } catch {
    return { code: 'helm-not-unpacked', params: {} }
  }
  if (size > largest) return { code: 'helm-large', params: { most: largest } }
  // fflate checks neither; a truncated or damaged release must not pass for a complete one.
  const trailer = new DataView(payload.buffer, payload.byteOffset + payload.length - 8, 8)
  const unpacked = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    unpacked.set(part, at)
    at += part.length
  }
  if (!ended || trailer.getUint32(4, true) !== size || trailer.getUint32(0, true) !== crc32(unpacked)) {
    return { code: 'helm-checksum', params: {} }
  }
  return unpacked
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}
