// The masking policy per object: what is masked, what stays, and what is reported about masked places.
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode } from '../decode/decode.ts'
import type { ProblemMessage } from '../value/problem-messages.ts'
import type { DecodedValue, Encoding } from '../value/types.ts'
import type { KubeObject, KubeValue } from '../value/value.ts'
import { type MaskContext, maskDecoded, maskPasswordHash } from './mask-decoded.ts'
import { roundedSize } from './masker.ts'

const salt = new Uint8Array([1, 2, 3])
const digest = (key: Uint8Array, bytes: Uint8Array) => createHmac('sha256', key).update(bytes).digest('hex').slice(0, 8)
const ascii = (text: string) => new TextEncoder().encode(text)
const b64 = (text: string) => Buffer.from(text).toString('base64')
const MASKED = expect.stringMatching(/^\(masked: (?:under 16 bytes|\d+ bytes, digest [0-9a-f]{8})\)$/)
const SMALL = '(masked: under 16 bytes)'

function context(key: string, rest: Partial<MaskContext> = {}): MaskContext {
  return { key: ascii(key), reveal: false, salt, digest, ...rest }
}
function decodedOf(object: KubeObject, rest: Partial<DecodedValue> = {}): DecodedValue {
  return {
    encoding: 'json',
    layers: [],
    ...(typeof object.apiVersion === 'string' ? { apiVersion: object.apiVersion } : {}),
    ...(typeof object.kind === 'string' ? { kind: object.kind } : {}),
    schemaless: false,
    object,
    problems: [],
    unknownFields: [],
    ...rest,
  }
}
function bare(encoding: Encoding, rest: Partial<DecodedValue> = {}): DecodedValue {
  return { encoding, layers: [], schemaless: false, problems: [], unknownFields: [], ...rest }
}
const dataOf = (decoded: DecodedValue) => (decoded.object?.data ?? {}) as Record<string, string>
/** Everything that could leave the server, with bytes in every readable form. */
function printed(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) => {
    if (typeof inner === 'bigint') return String(inner)
    if (!(inner instanceof Uint8Array)) return inner
    const bytes = Buffer.from(inner)
    return [bytes.toString('latin1'), bytes.toString('hex'), bytes.toString('base64')]
  })
}

const secret = (data: KubeObject, metadata: KubeObject = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'orders-db', namespace: 'shop', labels: { app: 'orders' }, ...metadata },
  data,
  type: 'Opaque',
})
const KEY = '/registry/secrets/shop/orders-db'

describe('a Secret', () => {
  test('shows names, and for larger content sizes and digests', () => {
    const result = maskDecoded(decodedOf(secret({ password: b64('hunter2-hunter2-'), pin: b64('4711'), empty: '' })), context(KEY))
    expect(result.decoded.object).toMatchObject({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'Opaque',
      metadata: { name: 'orders-db', namespace: 'shop', labels: { app: 'orders' } },
      data: { password: expect.stringMatching(/^\(masked: 16 bytes, digest [0-9a-f]{8}\)$/), pin: SMALL, empty: SMALL },
    })
    expect(result.masked).toEqual([
      { path: '.data.password', size: 16, digest: expect.stringMatching(/^[0-9a-f]{8}$/), why: 'secret' },
      { path: '.data.pin', size: null, digest: null, why: 'secret' },
      { path: '.data.empty', size: null, digest: null, why: 'secret' },
    ])
    expect(result.rawMasked).toBe(true)
  })

  test('equal bytes have equal digests only at one place of one key', () => {
    const same = 'a password of some length'
    const of = (data: KubeObject, key = KEY, rest: Partial<MaskContext> = {}) =>
      maskDecoded(decodedOf(secret(data)), context(key, rest)).masked.map((place) => place.digest)
    const [a, b] = of({ a: b64(same), b: b64(same) })
    // A later revision, or the same key in a backup.
    expect(of({ a: b64(same) })).toEqual([a])
    expect(of({ a: b64(`${same}!`) })).not.toEqual([a])
    expect(b).not.toBe(a)
    expect(of({ a: b64(same) }, '/registry/secrets/shop/guess')).not.toEqual([a])
    expect(of({ a: b64(same) }, '/registry/secrets/mine/orders-db')).not.toEqual([a])
    // The same name in another resource, which others may be allowed to write.
    expect(of({ a: b64(same) }, '/registry/example.com/secrets/shop/orders-db')).not.toEqual([a])
    expect(of({ a: b64(same) }, KEY, { salt: new Uint8Array([9]) })).not.toEqual([a])
  })

  test('does not change its input', () => {
    const object = secret({ a: b64('x') })
    const before = JSON.stringify(object)
    maskDecoded(decodedOf(object), context(KEY))
    expect(JSON.stringify(object)).toBe(before)
  })

  test('when revealed, returns the decoded value itself', () => {
    const decoded = decodedOf(secret({ a: b64('x') }))
    expect(maskDecoded(decoded, context(KEY, { reveal: true }))).toEqual({ decoded, masked: [], rawMasked: false, unknownFields: [] })
  })

  test('ordinary annotations stay; copies of the object and its content do not', () => {
    const annotations = {
      'kubernetes.io/service-account.name': 'default',
      'kubectl.kubernetes.io/last-applied-configuration': 'anything',
      'kopf.zalando.org/last-handled-configuration': 'anything',
      note: 'the password is hunter2!',
      json: ' {"a":1}',
    }
    const result = maskDecoded(decodedOf(secret({ p: b64('hunter2!') }, { annotations })), context(KEY))
    expect(result.decoded.object).toMatchObject({
      metadata: {
        annotations: {
          'kubernetes.io/service-account.name': 'default',
          'kubectl.kubernetes.io/last-applied-configuration': MASKED,
          'kopf.zalando.org/last-handled-configuration': MASKED,
          note: MASKED,
          json: MASKED,
        },
      },
    })
  })

  test('a service account’s name is shown, although its token also contains the namespace', () => {
    const annotations = { 'kubernetes.io/service-account.name': 'default-agent', note: 'token-of-default' }
    const token = secret({ namespace: b64('default'), token: b64('token-of') }, { namespace: 'default', annotations })
    expect(maskDecoded(decodedOf(token), context('/registry/secrets/default/orders-db')).decoded.object).toMatchObject({
      metadata: { annotations: { 'kubernetes.io/service-account.name': 'default-agent', note: MASKED } },
      data: { namespace: MASKED },
    })
  })

  test('with an unexpected structure hides what it does not know', () => {
    const object = {
      apiVersion: 'v9',
      kind: 'Secret',
      metadata: { name: 'x', odd: 'marker' },
      data: ['marker'],
      extra: { a: 'marker' },
      type: 7n,
    }
    const result = maskDecoded(decodedOf(object), context('/registry/anything'))
    expect(result.decoded.object).toMatchObject({ metadata: { name: 'x', odd: MASKED }, data: MASKED, extra: MASKED, type: MASKED })
    expect(printed(result)).not.toContain('marker')
  })
})

describe('a Secret inside something else', () => {
  const inner = secret({ p: b64('hunter2') })
  test.each<[string, KubeObject, string]>([
    ['a SecretList', { apiVersion: 'v1', kind: 'SecretList', items: [{ data: { p: b64('hunter2') } }] }, '.items[0].data.p'],
    ['a List', { apiVersion: 'v1', kind: 'List', items: [{ kind: 'Pod' }, inner] }, '.items[1].data.p'],
    ['third-party data, decoded', { kind: 'ThirdPartyResourceData', data: inner }, '.data.data.p'],
    ['third-party data, base64', { kind: 'ThirdPartyResourceData', data: b64(JSON.stringify(inner)) }, '.data'],
    ['a template', { apiVersion: 'template.openshift.io/v1', kind: 'Template', objects: [inner] }, '.objects[0].data.p'],
    [
      'what was applied of a Deployment list',
      {
        kind: 'Deployment',
        metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ items: [inner] }) } },
      },
      ".metadata.annotations['kubectl.kubernetes.io/last-applied-configuration']",
    ],
  ])('%s', (_name, object, path) => {
    const result = maskDecoded(decodedOf(object), context('/registry/things/a'))
    expect(result.masked.map((place) => place.path)).toEqual([path])
    expect(printed(result)).not.toMatch(new RegExp(`hunter2|${b64('hunter2')}`))
    expect(result.rawMasked).toBe(true)
  })

  test('a reference to a Secret is not secret', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"kind":"Event"}' } },
      involvedObject: { kind: 'Secret', name: 'orders-db', uid: 'u' },
    }
    const result = maskDecoded(decodedOf(object), context('/registry/events/shop/x'))
    expect(result.decoded.object).toEqual(object)
    expect(result).toMatchObject({ masked: [], rawMasked: false })
  })
})

describe('by its key', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'secrets' }, spec: { x: 'marker' } }
  const custom = { apiVersion: 'vault.example.com/v1', kind: 'Lease', metadata: { name: 'a' }, spec: { x: 'marker' } }
  test.each<[string, DecodedValue, string, boolean]>([
    ['a pod of a namespace called secrets', decodedOf(pod), '/registry/pods/secrets/a', false],
    ['a custom resource called secrets', decodedOf(custom), '/registry/vault.example.com/secrets/shop/a', false],
    ['a core kind where Secrets are', decodedOf(pod), KEY, true],
    ['a custom resource where Secrets are', decodedOf(custom), KEY, true],
    ['a custom resource where Secrets are, below OpenShift’s prefix', decodedOf(custom), '/kubernetes.io/secrets/shop/a', true],
    ['a custom resource of another group than its key says', decodedOf(custom), '/registry/other.example.com/secrets/shop/a', true],
    ['a custom resource without a namespace called secrets', decodedOf(custom), '/registry/vault.example.com/secrets/a', false],
    ['a key that is too short for a Secret', decodedOf({ x: 'marker' }), '/registry/secrets/a', true],
    ['what lies where OpenShift keeps tokens', decodedOf({ x: 'marker' }), '/openshift.io/oauth/accesstokens/a', true],
    ['what lies where OpenShift keeps clients', bare('text', { text: 'marker' }), '/openshift.io/oauth/clients/a', true],
    ['a namespace called oauth', decodedOf({ ...pod, metadata: { namespace: 'oauth' } }), '/registry/clients/oauth/a', false],
    ['an object without a kind', decodedOf({ x: 'marker' }), KEY, true],
    ['an object seen without its schema', decodedOf({ ...custom, '#2 (string?)': 'marker' }, { schemaless: true }), KEY, true],
    ['OpenShift’s prefix', decodedOf({ x: 'marker' }), '/kubernetes.io/secrets/a/b', true],
    ['text', bare('text', { text: 'marker' }), KEY, true],
    ['a JSON list', bare('json', { value: ['marker'] }), KEY, true],
    ['damaged JSON of a Secret elsewhere', bare('text', { text: '{"kind":"Secret","data":{"x":"marker"' }), '/registry/x', true],
    ['text elsewhere', bare('text', { text: 'marker' }), '/registry/x', false],
  ])('%s', (_name, decoded, key, hidden) => {
    const result = maskDecoded(decoded, context(key))
    expect(result.rawMasked).toBe(hidden)
    expect(printed(result).includes('marker')).toBe(!hidden)
    const old = maskDecoded(decoded, { path: key, reveal: false, salt, digest })
    expect(old.rawMasked).toBe(hidden)
  })

  test('bytes that did not decode show only their size if they name a Secret, under any key', () => {
    const raw = ascii('k8s\0\n\x0e\n\x02v1\x12\x06Secret\x12\xff marker')
    for (const [decoded, key] of [
      [bare('kubernetes-protobuf'), KEY],
      [bare('binary'), '/elsewhere'],
    ] as const) {
      const result = maskDecoded(decoded, context(key, { raw }))
      expect(result.rawMasked).toBe(true)
      expect(result.masked).toMatchObject([{ path: '', size: roundedSize(raw.length) }])
    }
    expect(maskDecoded(bare('binary'), context('/elsewhere', { raw: ascii('marker') })).rawMasked).toBe(false)
    expect(maskDecoded(bare('encrypted'), context(KEY)).rawMasked).toBe(true)
  })
})

describe('undecoded parts of a Secret', () => {
  const withProblem = (severity: 'info' | 'error') =>
    maskDecoded(
      decodedOf(secret({ password: b64('marker') }), {
        encoding: 'kubernetes-protobuf',
        descriptor: 'core.v1.Secret',
        problems: [{ path: '.data', says: [{ code: 'int-or-string-unused', params: { unused: 'marker', type: '0' } }], severity }],
        unknownFields: [{ path: '.data', number: 9, wireType: 2, bytes: ascii('marker') }],
      }),
      context(KEY),
    )

  test('unknown fields keep number and size, notes keep their place', () => {
    const result = withProblem('info')
    expect(result.unknownFields).toEqual([{ path: '.data', number: 9, wireType: 2, size: null }])
    expect(result.decoded.unknownFields).toEqual([{ path: '.data', number: 9, wireType: 2, bytes: new Uint8Array() }])
    expect(result.decoded.problems).toMatchObject([{ path: '.data', severity: 'info' }])
    expect(result.decoded.object).toMatchObject({ data: { password: MASKED } })
    expect(printed(result)).not.toContain('marker')
  })

  test('of what did not decode, everything is shown that tells nothing of the content', () => {
    const saysOf = (says: ProblemMessage[]) =>
      maskDecoded(decodedOf(secret({ password: b64('marker') }), { problems: [{ path: '.data', says, severity: 'error' }] }), context(KEY))
        .decoded.problems[0]?.says
    const cut: ProblemMessage = { code: 'field-cut', params: {} }
    const deep: ProblemMessage = { code: 'messages-nested', params: { most: 100 } }
    expect(saysOf([cut, deep])).toEqual([cut, deep])
    const rest = { code: 'scrubbed-rest', params: {} }
    const position: ProblemMessage = { code: 'rest-undecoded', params: { bytes: 7, at: 210 } }
    expect(saysOf([cut, position])).toEqual([cut, rest])
    expect(saysOf([{ code: 'field-past-end', params: { field: 13, wireType: 3 } }, position])).toEqual([{ code: 'scrubbed', params: {} }])
    expect(saysOf([{ code: 'decoder-failed', params: { error: 'marker' } }, cut])).toEqual([cut, rest])
  })

  test('if misaligned, only what its key shows too', () => {
    const result = withProblem('error')
    // Number and type of a field that does not exist are a byte of the content.
    expect([result.unknownFields, result.decoded.unknownFields]).toEqual([[], []])
    expect(result.decoded.problems).toMatchObject([{ path: '', severity: 'error' }])
    expect(result.decoded.object).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'orders-db', namespace: 'shop' },
      masked: MASKED,
    })
    expect(printed(result)).not.toContain('marker')
  })

  test('other kinds show them', () => {
    const unknown = { path: '', number: 9, wireType: 2, bytes: ascii('plain') }
    const result = maskDecoded(decodedOf({ apiVersion: 'v1', kind: 'Pod' }, { unknownFields: [unknown] }), context('/registry/pods/a/b'))
    expect(result.unknownFields).toEqual([{ ...unknown, size: 5 }])
  })
})

describe('a damaged object that is no Secret', () => {
  const field = (number: number, ...parts: (string | number[])[]): number[] => {
    const content = parts.flatMap((part) => (typeof part === 'string' ? [...ascii(part)] : part))
    return [(number << 3) | 2, content.length, ...content]
  }
  // What it holds is followed by a field that runs past its end.
  const cut = (...spec: number[][]) =>
    Uint8Array.from([
      ...ascii('k8s\0'),
      ...field(1, field(1, 'apps/v1'), field(2, 'Deployment')),
      ...field(2, field(1, field(1, 'web')), ...spec, [18, 120]),
      ...[0x1a, 0, 0x22, 0],
    ])
  const masks = (raw: Uint8Array) => maskDecoded(decode(raw), context('/registry/deployments/shop/web', { raw }))

  test('is shown with its bytes, however small it is', () => {
    for (const raw of [cut(), cut(field(9, 'x'.repeat(90)))]) {
      const { decoded, masked, rawMasked } = masks(raw)
      expect(decoded.problems.some(({ severity }) => severity === 'error')).toBe(true)
      expect([masked, rawMasked]).toEqual([[], false])
    }
  })

  test('hides its bytes if what did not decode holds a secret, also in another form', () => {
    const token = `password: ${b64('correct horse battery staple')}`
    const manifest = 'apiVersion: v1\nkind: Secret\ndata:\n  a: Y29ycmVjdCBob3JzZQ==\n'
    for (const text of [`\n${manifest}`, ` ${b64(manifest)} `]) expect([text, masks(cut(field(9, text))).rawMasked]).toEqual([text, true])
    expect(printed(masks(cut(field(9, `\n${manifest}${token}`))))).not.toContain('correct')
  })
})

describe('a Secret’s manifest pasted into a ConfigMap', () => {
  const manifest = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: orders-db\ndata:\n  p: ${b64('hunter2')}\n`
  const shown = (data: KubeObject) =>
    maskDecoded(
      decodedOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'notes' }, ...data }),
      context('/registry/configmaps/shop/notes'),
    )

  test.each<[string, string]>([
    ['YAML', manifest],
    ['YAML with quotes and a remark', `"kind": "Secret" # ours\nstringData:\n  p: hunter2\n`],
    ['YAML in one line', '{kind: Secret, stringData: {p: hunter2}}'],
    ['a list of YAML', `kind: SecretList\nitems:\n- data: {p: ${b64('hunter2')}}\n`],
    ['JSON', JSON.stringify(inner())],
    ['a list of JSON', JSON.stringify({ kind: 'List', items: [{ kind: 'Pod' }, inner()] })],
    ['JSON cut short', JSON.stringify(inner()).slice(0, -2)],
    ['JSON within JSON', JSON.stringify({ copy: JSON.stringify(inner()) }).slice(0, -1)],
  ])('%s', (_name, text) => {
    for (const data of [{ data: { it: text, note: 'kept' } }, { binaryData: { it: b64(text) }, data: { note: 'kept' } }]) {
      const result = shown(data)
      expect(printed(result)).not.toMatch(new RegExp(`hunter2|${b64('hunter2')}`))
      expect(result.decoded.object).toMatchObject({ data: { note: 'kept' } })
      expect(result.rawMasked).toBe(true)
    }
  })

  test('only the Secrets among several documents are masked', () => {
    const text = `kind: Service\nspec: {}\n---\n${manifest}--- # last\nkind: Deployment\n`
    expect(shown({ data: { it: text } }).decoded.object).toMatchObject({
      data: {
        it: expect.stringMatching(
          /^kind: Service\nspec: \{\}\n---\n\(masked: \d+ bytes, digest [0-9a-f]+\)\n--- # last\nkind: Deployment\n$/,
        ),
      },
    })
  })

  test.each([
    'rules:\n- kind: Secret\n  name: orders-db\n',
    'kind: SecretStore\nspec:\n  data: x\n',
    'kind: SealedSecret\nspec:\n  data: {}\n',
    '{"privateKey": {"size": 2048}, "kind": "Secret"}',
    'the data: of a Secret is kept elsewhere',
  ])('what only speaks of Secrets stays: %j', (text) => {
    expect(shown({ data: { it: text } })).toMatchObject({ masked: [], decoded: { object: { data: { it: text } } } })
  })

  function inner(): KubeObject {
    return secret({ p: b64('hunter2') })
  }
})

describe('Helm releases in ConfigMaps', () => {
  test.each<[string, KubeObject]>([
    ['Helm 2', { name: 'web.v1', labels: { OWNER: 'TILLER' } }],
    ['Helm 3', { name: 'sh.helm.release.v1.web.v1', labels: { owner: 'helm' } }],
    ['Helm 3 without labels', { name: 'sh.helm.release.v1.web.v1' }],
  ])('%s', (_name, metadata) => {
    const result = maskDecoded(
      decodedOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { release: 'H4sImarker', note: 'kept' } }),
      context('/registry/configmaps/shop/web'),
    )
    expect(result.decoded.object).toMatchObject({ data: { release: MASKED, note: 'kept' } })
  })
})

describe('flannel', () => {
  const network = {
    Network: '172.30.0.0/16',
    Backend: { Type: 'wireguard', psk: 'marker', Nested: [{ ACCESSKEYSECRET: { a: 'marker' } }] },
  }

  test.each(['/kube-centos/network/config', '/coreos.com/network/config'])('%s, by either API', (key) => {
    for (const place of [{ key: ascii(key) }, { path: key }]) {
      const result = maskDecoded(decodedOf(network), { ...place, reveal: false, salt, digest })
      expect(result.decoded.object).toMatchObject({
        Network: '172.30.0.0/16',
        Backend: { psk: MASKED, Nested: [{ ACCESSKEYSECRET: MASKED }] },
      })
      expect(result.masked.map((one) => one.path)).toEqual(['.Backend.psk', '.Backend.Nested[0].ACCESSKEYSECRET'])
      expect(printed(result)).not.toContain('marker')
      expect(result.rawMasked).toBe(true)
    }
  })

  test('without a secret nothing is masked, and numbers stay exact', () => {
    const plain = { Network: '10.0.0.0/8', Backend: { Type: 'vxlan', VNI: 9007199254740993n } }
    expect(maskDecoded(decodedOf(plain), context('/coreos.com/network/config'))).toMatchObject({
      decoded: { object: plain },
      rawMasked: false,
    })
  })

  test.each(['/coreos.com/network/subnets/10.0.1.0-24', '/kube-centos/network/subnets/10.0.1.0-24'])('%s, by either API', (key) => {
    const lease = {
      PublicIP: '192.0.2.1',
      BackendType: 'wireguard',
      BackendData: { PublicKey: 'open', PSK: 'marker', PrivateKey: 'marker' },
    }
    for (const place of [{ key: ascii(key) }, { path: key }]) {
      const result = maskDecoded(decodedOf(lease), { ...place, reveal: false, salt, digest })
      expect(result.decoded.object).toMatchObject({
        PublicIP: '192.0.2.1',
        BackendData: { PublicKey: 'open', PSK: MASKED, PrivateKey: MASKED },
      })
      expect(printed(result)).not.toContain('marker')
      const damaged = maskDecoded(bare('text', { text: '{"BackendData":{"PrivateKey":"marker"' }), {
        ...place,
        reveal: false,
        salt,
        digest,
      })
      expect(printed(damaged)).not.toContain('marker')
    }
  })

  test('the backend data in a node’s annotations', () => {
    const annotations = (text: string) =>
      maskDecoded(
        decodedOf({ kind: 'Node', metadata: { annotations: { 'flannel.alpha.coreos.com/backend-data': text } } }),
        context('/registry/minions/n'),
      )
    expect(printed(annotations('{"PSK":"marker"}'))).not.toContain('marker')
    expect(annotations('{"PublicKey":"open"}').masked).toEqual([])
  })

  test('a damaged config', () => {
    const result = maskDecoded(bare('text', { text: '{"Backend":{"PSK":"marker"' }), context('/coreos.com/network/config'))
    expect(printed(result)).not.toContain('marker')
  })

  test('net-conf.json keeps its text except for the values', () => {
    const text =
      '{\n  "Network": "10.0.0.0/8", "n": [1.50, {"PSK" : "mar\\"ker"}],\n  "Backend": {"\\u0050SK": {"deep": ["marker", {}]}, "Port": 51820, "p\u017fk": "marker"}\n}\n'
    const config = (data: KubeObject, annotations: KubeObject = {}) =>
      decodedOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kube-flannel-cfg', annotations }, data })
    const result = maskDecoded(
      config(
        { 'net-conf.json': text, 'cni-conf.json': '{"name": "cbr0"}' },
        {
          'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ kind: 'ConfigMap', data: { 'net-conf.json': text } }),
        },
      ),
      context('/registry/configmaps/kube-system/kube-flannel-cfg'),
    )
    const masked = dataOf(result.decoded)['net-conf.json'] ?? ''
    expect(masked).toMatch(
      /^\{\n {2}"Network": "10\.0\.0\.0\/8", "n": \[1\.50, \{"PSK" : "\(masked: under 16 bytes\)"\}\],\n {2}"Backend": \{"\\u0050SK": "\(masked: \d+ bytes, digest \w{8}\)", "Port": 51820, "pſk": "\(masked: under 16 bytes\)"\}\n\}\n$/,
    )
    expect(result.decoded.object).toMatchObject({
      metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': MASKED } },
      data: { 'cni-conf.json': '{"name": "cbr0"}' },
    })
    expect(result.masked.map((place) => place.path)).toContain(".data['net-conf.json'].Backend.PSK")
    expect(printed(result)).not.toMatch(/marker|mar\\/)
    expect(printed(maskDecoded(config({ 'net-conf.json': text.slice(0, -3) }), context('/x')))).not.toContain('marker')
  })

  test('any JSON text keeps all other tokens', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.jsonValue({ maxDepth: 3 }),
        fc.constantFrom(undefined, 1, '\t'),
        (other, hidden, indent) => {
          const text = JSON.stringify(
            { a: other, Backend: { PSK: hidden, z: other }, list: [other, { accessKeySecret: hidden }] },
            null,
            indent,
          )
          const result = maskDecoded(decodedOf({ apiVersion: 'v1', kind: 'ConfigMap', data: { c: text } }), context('/x'))
          const value = JSON.parse(dataOf(result.decoded).c ?? '')
          const stays = (one: unknown) =>
            JSON.parse(JSON.stringify(one, (name, inner) => (/^(psk|accesskeysecret)$/i.test(name) ? undefined : inner)) ?? 'null')
          expect(stays(value)).toEqual(stays(JSON.parse(text)))
          if (hidden !== null) expect(value.Backend.PSK).toEqual(MASKED)
        },
      ),
    )
  })
})

describe('password hashes of etcd', () => {
  test('v2 users, readable and damaged', () => {
    const place = { path: '/2/users/root', reveal: false, salt, digest }
    const result = maskDecoded(decodedOf({ user: 'root', Password: '$2a$10$marker', roles: ['root'], more: 'marker' }), place)
    expect(result.decoded.object).toEqual({ user: 'root', Password: MASKED, roles: ['root'], more: MASKED })
    expect(result.rawMasked).toBe(true)
    expect(printed(maskDecoded(bare('text', { text: '{"password":"$2a$marker' }), place))).not.toContain('marker')
    expect(maskDecoded(bare('binary'), { ...place, raw: ascii('marker') }).rawMasked).toBe(true)
  })
  test('v3', () => {
    const hash = ascii('$2a$10$marker-marker')
    const of = (user: string, reveal = false) => maskPasswordHash(user, hash, { reveal, salt, digest })
    expect(of('root')).toEqual(MASKED)
    expect(of('root')).not.toBe(of('guest'))
    expect(of('root', true)).toBe('$2a$10$marker-marker')
  })
})

test('exact numbers, bigints and members named __proto__ survive', () => {
  const object = JSON.parse('{"apiVersion":"v1","kind":"Pod","__proto__":{"a":1}}') as KubeObject
  object.big = 2n ** 63n
  const result = maskDecoded(decodedOf(object), context('/registry/pods/a/b'))
  expect(Object.keys(result.decoded.object ?? {})).toContain('__proto__')
  expect(result.decoded.object?.big).toBe(2n ** 63n)
})

test('member names are searched too', () => {
  const key = `-----BEGIN PRIVATE KEY-----\n${'marker'.repeat(10)}\n-----END PRIVATE KEY-----`
  const result = maskDecoded(decodedOf({ apiVersion: 'v1', kind: 'Pod', spec: { [key]: 'kept' } }), context('/registry/pods/a/b'))
  expect(printed(result)).not.toContain('marker')
  expect(Object.values(result.decoded.object?.spec ?? {})).toEqual(['kept'])
})

test('excessive nesting is hidden without a search', () => {
  let deep: KubeValue = 'marker'
  for (let i = 0; i < 5000; i++) deep = { a: deep }
  const result = maskDecoded(decodedOf({ apiVersion: 'v1', kind: 'Pod', spec: deep }), context('/registry/pods/a/b'))
  expect(printed(result)).not.toContain('marker')
  expect(result.masked).toHaveLength(1)
})

describe('property: a Secret’s content leaves in no form', () => {
  const marker = fc.stringMatching(/^[a-zA-Z0-9]{24}$/)
  const name = fc.stringMatching(/^[a-z.-]{1,12}$/)
  const forms = (text: string) => [text, b64(text), Buffer.from(text).toString('hex')]
  const wrap: ((s: KubeObject, m: string) => [DecodedValue, string])[] = [
    (s) => [decodedOf(s), KEY],
    (s) => [decodedOf(s, { encoding: 'kubernetes-protobuf', descriptor: 'core.v1.Secret' }), '/registry/secrets/a/b'],
    (s) => [decodedOf(s, { encoding: 'cbor' }), '/registry/other/a/b'],
    (s) => [decodedOf({ ...s, kind: 'Unheard' }, { encoding: 'base64-protobuf', schemaless: true }), KEY],
    (s) => [
      decodedOf({ '#1 (string?)': s, metadata: { odd: s } }, { encoding: 'kubernetes-protobuf', schemaless: true, kind: 'Secret' }),
      '/x',
    ],
    (s) => [decodedOf({ apiVersion: 'v1', kind: 'List', items: [s] }), '/x'],
    (s) => [decodedOf({ apiVersion: 'v1', kind: 'SecretList', items: [{ ...s, kind: null }] }), '/x'],
    (s) => [decodedOf({ kind: 'ThirdPartyResourceData', data: b64(JSON.stringify(s)) }), '/registry/ThirdPartyResourceData/g/ks/n/x'],
    (s) => [decodedOf({ kind: 'ThirdPartyResourceData', data: s }), '/registry/ThirdPartyResourceData/g/ks/n/x'],
    (s) => [
      decodedOf({ kind: 'Pod', metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(s) } } }),
      '/x',
    ],
    (s) => [
      decodedOf({
        kind: 'Pod',
        metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(s).slice(0, -2) } },
      }),
      '/x',
    ],
    (s) => [bare('text', { text: JSON.stringify(s) }), '/x'],
    (s) => [bare('text', { text: JSON.stringify(s).slice(5) }), KEY],
    (s) => [bare('json', { value: [s] }), '/x'],
    (_s, m) => [bare('binary', { unknownFields: [{ path: '', number: 1, wireType: 2, bytes: ascii(m) }] }), KEY],
  ]
  test.each(wrap.map((one, i) => [i, one] as const))('way %d', (_i, wrapped) => {
    fc.assert(
      fc.property(
        marker,
        fc.array(name, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        fc.boolean(),
        (text, names, stringData, applied) => {
          const data = Object.fromEntries(names.map((key, i) => [key, b64(i % 2 ? text : `prefix ${text} suffix`)]))
          const object: KubeObject = {
            ...secret(
              data,
              applied
                ? {
                    annotations: {
                      'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ data }),
                      copy: `x ${Object.values(data)[0]}`,
                      plain: `${Object.values(data)
                        .map((one) => Buffer.from(one, 'base64').toString())
                        .join()}`,
                    },
                  }
                : {},
            ),
            ...(stringData ? { stringData: { plain: text } } : {}),
            odd: [text],
          }
          const [decoded, key] = wrapped(object, text)
          decoded.problems.push({ path: '.data', says: [{ code: 'stored-text', params: { text } }], severity: 'error' })
          decoded.unknownFields.push({ path: '', number: 77, wireType: 2, bytes: ascii(text) })
          const result = maskDecoded(decoded, context(key, { raw: ascii(JSON.stringify(object)) }))
          const out = printed(result)
          for (const form of [...forms(text), ...Object.values(data)]) expect(out).not.toContain(form)
          expect(result.rawMasked).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  })
})
