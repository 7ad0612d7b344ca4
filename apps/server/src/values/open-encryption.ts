// Creates a cluster's decryptor from its encryption configuration.
import { createDecryptor, type Decryptor, parseEncryptionConfiguration } from '@registree/kube'
import { ConfigError } from '../config/config-error.ts'

/**
 * Creates the decryptor.
 * @param configuration as parsed YAML; null decrypts nothing but names the needed key
 * @throws ConfigError if it is invalid; the error does not quote it
 */
export function openEncryption(cluster: string, configuration: unknown): Decryptor {
  if (configuration === null) return createDecryptor(null)
  const parsed = parseEncryptionConfiguration(configuration)
  if (!parsed.ok) throw new ConfigError(`encryption-config of cluster "${cluster}": ${parsed.error}`)
  return createDecryptor(parsed.config)
}
