import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parseEncryptionConfiguration } from './encryption-configuration.ts'

const SECRET = Buffer.alloc(32, 'secret-marker-').toString('base64')
const v1 = (provider: unknown) => ({
  apiVersion: 'apiserver.config.k8s.io/v1',
  kind: 'EncryptionConfiguration',
  resources: [{ resources: ['secrets'], providers: [provider] }],
})
const aescbc = (key: unknown) => v1({ aescbc: { keys: [key] } })

describe('the API server’s encryption configuration', () => {
  test('providers in order', () => {
    const parsed = parseEncryptionConfiguration({
      apiVersion: 'v1',
      kind: 'EncryptionConfig',
      resources: [
        {
          resources: ['secrets', 'configmaps'],
          providers: [
            { secretbox: { keys: [{ name: 'box', secret: SECRET }] } },
            { kms: { name: 'vault', endpoint: 'unix:///x' } },
            { kms: { apiVersion: 'v2', name: 'vault2', endpoint: 'unix:///x' } },
            { identity: {} },
          ],
        },
      ],
    })
    expect(parsed).toMatchObject({
      ok: true,
      config: {
        resources: [
          {
            resources: ['secrets', 'configmaps'],
            providers: [
              { provider: 'secretbox', keys: [{ name: 'box' }] },
              { provider: 'kms', name: 'vault', version: 'v1' },
              { provider: 'kms', name: 'vault2', version: 'v2' },
              { provider: 'identity' },
            ],
          },
        ],
      },
    })
  })

  test('a parsed key cannot be printed', () => {
    const parsed = parseEncryptionConfiguration(aescbc({ name: 'k', secret: SECRET }))
    expect(parsed.ok).toBe(true)
    const printed = JSON.stringify(parsed) + inspect(parsed, { depth: 20, showHidden: true }) + String(parsed)
    expect(printed).not.toContain('secret-marker')
    expect(printed).not.toContain(SECRET)
    expect(printed).toContain('key of 32 bytes')
  })

  test.each<[string, unknown, RegExp]>([
    ['nothing', null, /must be a mapping/],
    ['another kind', { kind: SECRET, apiVersion: 'v1' }, /must be of kind EncryptionConfiguration/],
    ['no resources', { apiVersion: 'apiserver.config.k8s.io/v1', kind: 'EncryptionConfiguration' }, /^resources must be a list/],
    ['two providers in one', v1({ identity: {}, [SECRET]: {} }), /resources\[0\]\.providers\[0\] must name exactly one provider/],
    ['an unknown provider', v1({ [SECRET]: {} }), /names no provider that Kubernetes has/],
    ['no base64', aescbc({ name: 'k', secret: `!${SECRET}` }), /keys\[0\]\.secret is not standard base64/],
    ['a short key', aescbc({ name: 'k', secret: SECRET.slice(0, 8) }), /is 6 bytes long once decoded; aescbc takes 16, 24 or 32/],
    ['a long secretbox key', v1({ secretbox: { keys: [{ name: 'k', secret: SECRET.slice(0, 24) }] } }), /18 bytes .* secretbox takes 32/],
    ['a number as a secret', aescbc({ name: 'k', secret: 5 }), /secret must be a text/],
    ['a nameless KMS', v1({ kms: { endpoint: SECRET } }), /kms\.name must be a text/],
    ['a KMS of the future', v1({ kms: { name: 'x', apiVersion: SECRET } }), /kms\.apiVersion must be v1 or v2/],
  ])('%s: one sentence that says where, and no secret', (_name, input, message) => {
    const parsed = parseEncryptionConfiguration(input)
    expect(parsed).toMatchObject({ ok: false, error: expect.stringMatching(message) })
    expect(JSON.stringify(parsed)).not.toContain(SECRET.slice(0, 12))
  })

  test('a hostile document is an error, not an exception', () => {
    const trap = new Proxy(
      {},
      {
        get: () => {
          throw new Error(SECRET)
        },
      },
    )
    const parsed = parseEncryptionConfiguration(trap)
    expect(parsed.ok).toBe(false)
    expect(JSON.stringify(parsed)).not.toContain(SECRET)
  })
})
