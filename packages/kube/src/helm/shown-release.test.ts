// A Helm release under the masking policy: names, versions and times are shown; manifest, values, notes and description only when revealed.
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { decode } from '../decode/decode.ts'
import { maskDecoded } from '../mask/mask-decoded.ts'
import { shownRelease } from './shown-release.ts'

const INSIDE = {
  name: 'web',
  version: 3,
  info: {
    status: 'deployed',
    last_deployed: '2026-02-01T10:00:00Z',
    description: 'Upgrade failed: cannot parse hunter2',
    notes: 'The password is hunter2.',
  },
  chart: { metadata: { name: 'nginx', version: '15.1.0', appVersion: '1.25.1' } },
  config: { password: 'hunter2', big: 9007199254740992 },
  manifest: 'kind: Secret\nstringData: {password: hunter2}\n',
}
const text = JSON.stringify(INSIDE).replace('9007199254740992', '9007199254740993') // JavaScript would round the literal.
const release = gzipSync(text).toString('base64')
const metadata = {
  name: 'sh.helm.release.v1.web.v3',
  namespace: 'shop',
  labels: { owner: 'helm', name: 'web', status: 'deployed', version: '3' },
}
const stored = {
  secret: {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'helm.sh/release.v1',
    metadata,
    data: { release: Buffer.from(release).toString('base64') },
  },
  configmap: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { release } },
}
const policy = (reveal: boolean) => ({ reveal, salt: new Uint8Array(16), digest: (_: Uint8Array, bytes: Uint8Array) => `d${bytes.length}` })
const show = (object: object, reveal: boolean) => {
  const decoded = decode(new TextEncoder().encode(JSON.stringify(object)))
  const key = new TextEncoder().encode(`/registry/secrets/shop/${metadata.name}`)
  const masked = maskDecoded(decoded, { ...policy(reveal), key })
  return shownRelease(decoded, masked.decoded.object, policy(reveal))
}

test.each(['secret', 'configmap'] as const)('in a %s', (storage) => {
  const masked = show(stored[storage], false)
  expect(masked).toMatchObject({
    storage,
    name: 'web',
    namespace: 'shop',
    revision: '3',
    status: 'deployed',
    masked: true,
    opened: null,
    problem: null,
  })
  expect(masked?.facts.map(({ label, masked }) => [label, masked])).toEqual([
    ['Chart', false],
    ['App version', false],
    ['Updated', false],
    ['Description', true],
    ['Notes', true],
    ['Manifest', true],
  ])
  expect(masked?.facts.slice(0, 3).map(({ value }) => value)).toEqual(['nginx-15.1.0', '1.25.1', '2026-02-01T10:00:00Z'])
  expect(JSON.stringify(masked)).not.toContain('hunter2')

  const open = show(stored[storage], true)
  expect(open).toMatchObject({
    masked: false,
    opened: { manifest: INSIDE.manifest, values: { password: 'hunter2', big: 9007199254740993n } },
  })
  expect(open?.facts[0]).toEqual({ label: 'Chart', value: 'nginx-15.1.0', masked: false })
})

test('without labels, its name tells release and revision', () => {
  const bare = { ...stored.secret, metadata: { name: metadata.name } }
  expect(show(bare, false)).toMatchObject({ name: 'web', revision: '3', status: 'deployed' })
})

test('text that is not a name, version or time is masked in every field', () => {
  const odd = { ...INSIDE, info: { ...INSIDE.info, last_deployed: 'hunter2 at noon' }, chart: { metadata: { name: 'the hunter2 chart' } } }
  const packed = gzipSync(JSON.stringify(odd)).toString('base64')
  const masked = show({ ...stored.configmap, data: { release: packed } }, false)
  expect(masked?.facts.map(({ masked }) => masked)).toEqual([true, true, true, true, true])
  expect(JSON.stringify(masked)).not.toContain('hunter2')
})

test('a release that does not decode says why', () => {
  const damaged = { ...stored.configmap, data: { release: 'AAAA' } }
  expect(show(damaged, false)).toMatchObject({ name: 'web', facts: [], opened: null, problem: { code: 'helm-no-json', params: {} } })
  expect(show({ ...stored.configmap, metadata: { name: 'web' } }, true)).toBeNull()
})
