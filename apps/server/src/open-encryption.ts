// The decryptor of a cluster, made of the text of its encryption configuration.
import { createDecryptor, type Decryptor, parseEncryptionConfiguration } from '@registree/kube'
import { parse } from 'yaml'
import { ConfigError } from './config.ts'

/** Null text opens nothing but says what would. Throws ConfigError where the text is no encryption configuration; the error quotes none of it. */
export function openEncryption(cluster: string, text: string | null): Decryptor {
  if (text === null) return createDecryptor(null)
  let yaml: unknown
  try {
    yaml = parse(text)
  } catch {
    // The parser's message quotes the line, and the line may hold a key.
    throw new ConfigError(`encryption-config of cluster "${cluster}" is not valid YAML.`)
  }
  const parsed = parseEncryptionConfiguration(yaml)
  if (!parsed.ok) throw new ConfigError(`encryption-config of cluster "${cluster}": ${parsed.error}`)
  return createDecryptor(parsed.config)
}
