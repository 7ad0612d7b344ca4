// The decryptor of a cluster, made of its encryption configuration.
import { createDecryptor, type Decryptor, parseEncryptionConfiguration } from '@registree/kube'
import { ConfigError } from '../config/config-error.ts'

/**
 * @param configuration as its YAML says it; null opens nothing but says what would
 * @throws ConfigError where it is no encryption configuration; the error quotes none of it
 */
export function openEncryption(cluster: string, configuration: unknown): Decryptor {
  if (configuration === null) return createDecryptor(null)
  const parsed = parseEncryptionConfiguration(configuration)
  if (!parsed.ok) throw new ConfigError(`encryption-config of cluster "${cluster}": ${parsed.error}`)
  return createDecryptor(parsed.config)
}
