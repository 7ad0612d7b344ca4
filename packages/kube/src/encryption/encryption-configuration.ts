// Reads the API server's --encryption-provider-config file from its parsed YAML, with keys that cannot be printed by accident.

import { decodeBase64 } from '../wire/base64.ts'
import { byteCount } from '../wire/byte-count.ts'

/** Hides a key's bytes: JSON.stringify, console.log and errors show only its size. */
export class KeySecret {
  readonly #bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }
  get size(): number {
    return this.#bytes.length
  }
  /** The bytes themselves, for ciphers only. */
  reveal(): Uint8Array {
    return this.#bytes
  }
  toJSON(): string {
    return this.toString()
  }
  toString(): string {
    return `(key of ${byteCount(this.size)})`
  }
}

export type LocalProvider = 'aescbc' | 'aesgcm' | 'secretbox'

type ConfiguredProvider =
  | { provider: LocalProvider; keys: { name: string; secret: KeySecret }[] }
  | { provider: 'kms'; name: string; version: 'v1' | 'v2' }
  | { provider: 'identity' }

/** Which providers apply to what: the first one writes, all of them read. */
export interface EncryptionConfig {
  resources: { resources: string[]; providers: ConfiguredProvider[] }[]
}

export type ParsedEncryptionConfig = { ok: true; config: EncryptionConfig } | { ok: false; error: string }

const KEY_SIZES: Record<LocalProvider, number[]> = { aescbc: [16, 24, 32], aesgcm: [16, 24, 32], secretbox: [32] }
const LOCAL_PROVIDERS = Object.keys(KEY_SIZES) as LocalProvider[]

/**
 * Reads a parsed configuration: `EncryptionConfiguration` (`apiserver.config.k8s.io/v1`), or the older `EncryptionConfig` (`v1`).
 * @returns the providers in order, or one sentence that says what is wrong and where. It never quotes a value of the file except its kind, because a
 * misplaced value may be a key.
 */
export function parseEncryptionConfiguration(parsed: unknown): ParsedEncryptionConfig {
  try {
    return { ok: true, config: configuration(parsed) }
  } catch (error) {
    if (error instanceof Mistake) return { ok: false, error: error.message }
    return { ok: false, error: 'The encryption configuration could not be read: it is not a plain YAML document.' }
  }
}

class Mistake extends Error {}

function configuration(parsed: unknown): EncryptionConfig {
  const root = mapping(parsed, 'The encryption configuration')
  const current = root.kind === 'EncryptionConfiguration' && /^apiserver\.config\.k8s\.io\/v1$/.test(String(root.apiVersion))
  const older = root.kind === 'EncryptionConfig' && (root.apiVersion === 'v1' || root.apiVersion === 'apiserver.config.k8s.io/v1')
  if (!current && !older) {
    throw new Mistake(
      'The encryption configuration must be of kind EncryptionConfiguration and apiVersion apiserver.config.k8s.io/v1 (or the older kind EncryptionConfig, apiVersion v1).',
    )
  }
  const resources = list(root.resources, 'resources')
  return {
    resources: resources.map((item, i) => {
      const at = `resources[${i}]`
      const entry = mapping(item, at)
      const names = list(entry.resources, `${at}.resources`)
      return {
        resources: names.map((name, n) => text(name, `${at}.resources[${n}]`)),
        providers: list(entry.providers, `${at}.providers`).map((one, n) => configuredProvider(one, `${at}.providers[${n}]`)),
      }
    }),
  }
}

function configuredProvider(item: unknown, at: string): ConfiguredProvider {
  const entry = mapping(item, at)
  const names = Object.keys(entry).filter((name) => entry[name] !== undefined)
  const [name] = names
  if (names.length !== 1 || name === undefined) {
    throw new Mistake(`${at} must name exactly one provider: aescbc, aesgcm, secretbox, kms or identity.`)
  }
  if (name === 'identity') return { provider: 'identity' }
  if (name === 'kms') {
    const kms = mapping(entry.kms, `${at}.kms`)
    const version = kms.apiVersion ?? 'v1'
    if (version !== 'v1' && version !== 'v2') throw new Mistake(`${at}.kms.apiVersion must be v1 or v2.`)
    return { provider: 'kms', name: text(kms.name, `${at}.kms.name`), version }
  }
  const provider = LOCAL_PROVIDERS.find((one) => one === name)
  if (provider === undefined) throw new Mistake(`${at} names no provider that Kubernetes has: aescbc, aesgcm, secretbox, kms or identity.`)
  const where = `${at}.${provider}.keys`
  const keys = list(mapping(entry[provider], `${at}.${provider}`).keys, where)
  return { provider, keys: keys.map((key, n) => namedKey(key, provider, `${where}[${n}]`)) }
}

function namedKey(item: unknown, provider: LocalProvider, at: string): { name: string; secret: KeySecret } {
  const entry = mapping(item, at)
  const name = text(entry.name, `${at}.name`)
  const secret = decodeBase64(text(entry.secret, `${at}.secret`))
  if (secret === null) throw new Mistake(`${at}.secret is not standard base64.`)
  const sizes = KEY_SIZES[provider]
  if (!sizes.includes(secret.length)) {
    throw new Mistake(
      `${at}.secret is ${byteCount(secret.length)} long once decoded; ${provider} takes ${sizes.join(', ').replace(/, (\d+)$/, ' or $1')}.`,
    )
  }
  return { name, secret: new KeySecret(secret) }
}

function mapping(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Mistake(`${at} must be a mapping.`)
  return value as Record<string, unknown>
}

function list(value: unknown, at: string): unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw new Mistake(`${at} must be a list with at least one entry.`)
  return value
}

function text(value: unknown, at: string): string {
  if (typeof value !== 'string' || value === '') throw new Mistake(`${at} must be a text that is not empty.`)
  return value
}
