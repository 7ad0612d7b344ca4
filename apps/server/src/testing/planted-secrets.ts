// Secrets in every encoding and place that the README promises to mask, each with its own marker to search for.
import { gzipSync } from 'node:zlib'

/** A value to be stored. */
export interface Planted {
  name: string
  key: string
  value: Uint8Array
  /** Must be in no answer. */
  marker: string
}

/** Contained in every marker: a text without it needs no closer look. */
export const IN_EVERY_MARKER = 'xQ7vKp2ZtWn9RbY'
/** Twenty letters and digits that occur nowhere else. */
const markerOf = (index: number): string => `M${String(index).padStart(3, '0')}${IN_EVERY_MARKER}J`

const b64 = (content: string | Uint8Array) => Buffer.from(content).toString('base64')
const hex = (content: string | Uint8Array) => Buffer.from(content).toString('hex')
const indented = (text: string, by = '    ') => text.replace(/^(?=.)/gm, by)
const wrapped = (text: string) => text.replace(/.{64}/g, '$&\n')
const escapedLetters = (text: string) => [...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')

// --- parts that hold a marker -----------------------------------------------------------------------------------------------------------

const secretOf = (marker: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'inner', namespace: 'shop' },
  type: 'Opaque',
  data: { password: b64(marker) },
})
const manifest = (marker: string) =>
  `apiVersion: v1\nkind: Secret\nmetadata:\n  name: inner\n  namespace: shop\ntype: Opaque\nstringData:\n  password: ${marker}\n`
const privateKey = (marker: string) =>
  `-----BEGIN RSA PRIVATE KEY-----\n${wrapped(`MIIEowIBAAKCAQEA${marker}${'Bc'.repeat(60)}`)}\n-----END RSA PRIVATE KEY-----\n`
const kubeconfig = (user: string) =>
  `apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster:\n    server: https://10.0.0.1:6443\ncontexts: []\nusers:\n- name: admin\n  user:\n${indented(user)}\n`
const serviceAccountToken = (marker: string) => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'RS256', kid: 'k' })}.${part({ iss: 'kubernetes/serviceaccount', sub: 'system:serviceaccount:shop:web' })}.${marker}${'s'.repeat(60)}`
}
const release = (marker: string) =>
  b64(
    gzipSync(
      JSON.stringify({
        name: 'web',
        version: 1,
        chart: { metadata: { name: 'nginx', version: '1.2.3' } },
        config: { password: marker },
        manifest: manifest(marker),
      }),
    ),
  )

// --- protobuf and CBOR ------------------------------------------------------------------------------------------------------------------

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]
}
function field(number: number, content: Uint8Array | string): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([Buffer.from([...varint((number << 3) | 2), ...varint(bytes.length)]), bytes])
}
/** `k8s\0`, runtime.Unknown. */
function protobuf(apiVersion: string, kind: string, ...fields: Buffer[]): Buffer {
  const type = Buffer.concat([field(1, apiVersion), field(2, kind)])
  return Buffer.concat([Buffer.from('k8s\0'), field(1, type), field(2, Buffer.concat(fields)), field(3, ''), field(4, '')])
}
const metadata = (name: string, namespace = 'shop', ...more: Buffer[]) =>
  field(1, Buffer.concat([field(1, name), field(3, namespace), ...more]))
const entry = (name: string, value: string) => Buffer.concat([field(1, name), field(2, value)])
/** core.v1.Secret {1 metadata, 2 data, 3 type}. */
export const protobufSecret = (marker: string, kind = 'Secret') =>
  protobuf('v1', kind, metadata('planted'), field(2, entry('password', marker)), field(3, 'Opaque'))
/** core.v1.ConfigMap {1 metadata, 2 data}; field 12 of ObjectMeta is its annotations. */
const protobufConfigMap = (data: string, ...more: Buffer[]) =>
  protobuf('v1', 'ConfigMap', metadata('planted'), field(2, entry('it', data)), ...more)

function cbor(value: unknown): Buffer {
  const head = (major: number, length: number) =>
    length < 24 ? Buffer.from([(major << 5) | length]) : Buffer.from([(major << 5) | 25, length >> 8, length & 255])
  if (typeof value === 'string') return Buffer.concat([head(2, Buffer.byteLength(value)), Buffer.from(value)])
  const entries = Object.entries(value as object)
  return Buffer.concat([head(5, entries.length), ...entries.flatMap(([name, inner]) => [cbor(name), cbor(inner)])])
}

// --- what is planted --------------------------------------------------------------------------------------------------------------------

type Plant = [name: string, key: string, value: (marker: string) => string | Uint8Array | object]

const SECRET = (name: string) => `/registry/secrets/shop/${name}`
const CONFIG = (name: string) => `/registry/configmaps/shop/${name}`
const WIDGET = (name: string) => `/registry/example.com/widgets/shop/${name}`
const annotatedSecret = (name: string, annotation: (marker: string) => string, key = 'example.com/note'): Plant => [
  `an annotation of a Secret: ${name}`,
  SECRET(`annotated-${name.replace(/\W+/g, '-').toLowerCase()}`),
  (marker) => ({ ...secretOf(marker), metadata: { name: 'planted', namespace: 'shop', annotations: { [key]: annotation(marker) } } }),
]
const configMap = (name: string, text: (marker: string) => string): Plant => [
  `a ConfigMap: ${name}`,
  CONFIG(name.replace(/\W+/g, '-').toLowerCase()),
  (marker) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'planted', namespace: 'shop' },
    data: { it: text(marker), plain: 'kept' },
  }),
]
const widget = (name: string, spec: (marker: string) => object): Plant => [
  `a custom resource: ${name}`,
  WIDGET(name.replace(/\W+/g, '-').toLowerCase()),
  (marker) => ({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'planted', namespace: 'shop' }, spec: spec(marker) }),
]
const pod = (name: string, parts: (marker: string) => { annotations?: object; env?: object[]; status?: object }): Plant => [
  `a Pod: ${name}`,
  `/registry/pods/shop/${name.replace(/\W+/g, '-').toLowerCase()}`,
  (marker) => {
    const { annotations = {}, env = [], status = { phase: 'Running' } } = parts(marker)
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'planted', namespace: 'shop', uid: 'pod-uid', annotations },
      spec: { nodeName: 'node-1', containers: [{ name: 'main', image: 'nginx', env }] },
      status,
    }
  },
]

const PLANTS: Plant[] = [
  ['a Secret in protobuf', SECRET('protobuf'), (m) => protobufSecret(m)],
  ['a Secret in protobuf of an unknown kind', SECRET('unheard'), (m) => protobufSecret(m, 'Unheard')],
  ['a Secret in protobuf, damaged', SECRET('damaged'), (m) => protobufSecret(m).subarray(0, -9)],
  ['a Secret in JSON', SECRET('json'), secretOf],
  ['a Secret in JSON, cut', SECRET('cut'), (m) => JSON.stringify(secretOf(m)).slice(0, -4)],
  [
    'a Secret in CBOR',
    SECRET('cbor'),
    (m) => Buffer.concat([Buffer.from([0xd9, 0xd9, 0xf7]), cbor({ apiVersion: 'v1', kind: 'Secret', data: { password: b64(m) } })]),
  ],
  ['a Secret in protobuf in base64', SECRET('base64'), (m) => b64(protobufSecret(m))],
  ['a Secret’s stringData', SECRET('stringdata'), (m) => ({ ...secretOf(''), stringData: { password: m } })],
  [
    'a Secret with members of no Secret',
    SECRET('odd'),
    (m) => ({ ...secretOf(''), extra: { deep: [m] }, metadata: { name: 'odd', odd: m } }),
  ],
  [
    'a bootstrap token',
    '/registry/secrets/kube-system/bootstrap-token-abcdef',
    (m) => ({ ...secretOf(m), type: 'bootstrap.kubernetes.io/token' }),
  ],
  [
    'a service account’s token',
    SECRET('token'),
    (m) => ({ ...secretOf(''), type: 'kubernetes.io/service-account-token', data: { token: b64(serviceAccountToken(m)) } }),
  ],
  [
    'a registry’s login',
    SECRET('login'),
    (m) => ({
      ...secretOf(''),
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': b64(JSON.stringify({ auths: { r: { password: m } } })) },
    }),
  ],
  ['a TLS key', SECRET('tls'), (m) => ({ ...secretOf(''), type: 'kubernetes.io/tls', data: { 'tls.key': b64(privateKey(m)) } })],
  [
    'a Helm release in a Secret',
    SECRET('sh.helm.release.v1.web.v1'),
    (m) => ({
      ...secretOf(''),
      type: 'helm.sh/release.v1',
      metadata: { name: 'sh.helm.release.v1.web.v1', labels: { owner: 'helm' } },
      data: { release: b64(release(m)) },
    }),
  ],
  [
    'a Helm release in a ConfigMap',
    CONFIG('sh.helm.release.v1.web.v1'),
    (m) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'sh.helm.release.v1.web.v1', labels: { owner: 'helm' } },
      data: { release: release(m) },
    }),
  ],
  [
    'a Helm 2 release',
    CONFIG('web.v1'),
    (m) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'web.v1', labels: { OWNER: 'TILLER' } },
      data: { release: `H4sI${m}` },
    }),
  ],
  [
    'a foreign kind where Secrets are',
    SECRET('foreign'),
    (m) => ({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'foreign' }, spec: { value: m } }),
  ],
  [
    'a RangeAllocation where Secrets are',
    SECRET('range'),
    (m) => ({ apiVersion: 'v1', kind: 'RangeAllocation', metadata: { name: 'range' }, range: '10.0.0.0/24', data: b64(m) }),
  ],
  ['text where Secrets are', SECRET('text'), (m) => `just ${m}`],
  ['bytes where Secrets are', SECRET('bytes'), (m) => Buffer.concat([Buffer.from([0, 1, 2, 255]), Buffer.from(m)])],
  ['a Secret under another key', '/elsewhere/secret', secretOf],
  ['a Secret whose kind is in capitals', '/elsewhere/capitals', (m) => ({ ...secretOf(m), kind: undefined, Kind: 'Secret' })],
  [
    'a Secret whose kind comes twice',
    '/elsewhere/twice',
    (m) => JSON.stringify(secretOf(m)).replace('"kind":"Secret"', '"kind":"Secret","kind":"ConfigMap"'),
  ],
  ['a SecretList', '/elsewhere/secretlist', (m) => ({ apiVersion: 'v1', kind: 'SecretList', items: [{ data: { password: b64(m) } }] })],
  ['a List with a Secret', '/elsewhere/list', (m) => ({ apiVersion: 'v1', kind: 'List', items: [{ kind: 'Pod' }, secretOf(m)] })],
  [
    'a Template with a Secret',
    '/registry/templates/shop/t',
    (m) => ({ apiVersion: 'template.openshift.io/v1', kind: 'Template', objects: [secretOf(m)] }),
  ],
  [
    'a third-party object',
    '/registry/ThirdPartyResourceData/g/secrets/shop/x',
    (m) => ({ kind: 'ThirdPartyResourceData', metadata: { name: 'x' }, data: b64(JSON.stringify(secretOf(m))) }),
  ],
  ['a text of a Secret', '/elsewhere/manifest.yaml', manifest],
  ['a text of a key', '/elsewhere/key.pem', privateKey],
  ['a packed manifest', '/elsewhere/manifest.gz', (m) => gzipSync(manifest(m))],
  [
    'a manifest in bytes',
    '/elsewhere/archive',
    (m) => Buffer.concat([Buffer.from([0, 255, 0, 1]), Buffer.from(manifest(m)), Buffer.from([0, 0])]),
  ],
  ['a JSON list of a Secret', '/elsewhere/array', (m) => [secretOf(m)]],

  annotatedSecret(
    'as last applied',
    (m) => JSON.stringify({ data: { password: b64(m) } }),
    'kubectl.kubernetes.io/last-applied-configuration',
  ),
  annotatedSecret('by kopf', (m) => `x ${m}`, 'kopf.zalando.org/last-handled-configuration'),
  annotatedSecret('in words', (m) => `the password is ${m}, they say`),
  annotatedSecret('in base64', (m) => `was ${b64(m)}`),
  annotatedSecret('in longer base64', (m) => b64(`user:${m}@host`)),
  annotatedSecret('in hexadecimal', (m) => `0x${hex(m)}`),
  annotatedSecret('in escapes', (m) => `"${escapedLetters(m)}"`),
  annotatedSecret('as a manifest', manifest),
  annotatedSecret('as JSON', (m) => JSON.stringify({ a: m })),

  configMap('YAML', manifest),
  configMap('JSON', (m) => JSON.stringify(secretOf(m))),
  configMap('JSON in JSON', (m) => JSON.stringify({ copy: JSON.stringify({ copy: JSON.stringify(secretOf(m)) }) })),
  configMap('many documents', (m) => `kind: Service\n---\n${manifest(m)}---\nkind: Deployment\n`),
  configMap('a tag', (m) => manifest(m).replace('kind: ', 'kind: !!str ')),
  configMap('an anchor', (m) => `x: &k Secret\n${manifest(m).replace('kind: Secret', 'kind: *k')}`),
  configMap('a folded kind', (m) => manifest(m).replace('kind: Secret', 'kind: >-\n  Secret')),
  configMap('a comment between', (m) => manifest(m).replace('kind: Secret', 'kind: # which\n  Secret')),
  configMap('in one line', (m) => `{kind: Secret, stringData: {p: ${m}}}`),
  configMap('commented out', (m) => manifest(m).replace(/^/gm, '# ')),
  configMap('an escape', (m) => JSON.stringify({ copy: JSON.stringify(secretOf(m)).replace('Secret', 'S\\u0065cret') })),
  configMap('in a script', (m) => `#!/bin/sh\ncat <<EOF | kubectl apply -f -\n${manifest(m)}EOF\n`),
  configMap('base64', (m) => b64(manifest(m))),
  configMap('base64 over lines', (m) => indented(wrapped(b64(manifest(m))))),
  configMap('packed', (m) => b64(gzipSync(manifest(m)))),
  configMap('hexadecimal', (m) => hex(manifest(m))),
  configMap('percent-encoded', (m) => `data:,${encodeURIComponent(manifest(m))}`),
  configMap('a private key', privateKey),
  configMap('a private key, indented', (m) => `tls:\n  key: |\n${indented(privateKey(m))}`),
  configMap('a private key below a manifest', (m) => `kind: ConfigMap\ndata: {}\n---\n${privateKey(m)}`),
  configMap('a private key in one line', (m) => `KEY="${privateKey(m).trim().replaceAll('\n', '\\n')}"`),
  configMap('a private key in base64', (m) => `key: ${b64(privateKey(m))}`),
  configMap('a kubeconfig with a token', (m) => kubeconfig(`token: ${m}`)),
  configMap('a kubeconfig with a password', (m) => kubeconfig(`username: admin\npassword: ${m}`)),
  configMap('a kubeconfig with a key', (m) => kubeconfig(`client-key-data: ${b64(m)}`)),
  configMap('a kubeconfig that executes', (m) =>
    kubeconfig(`exec:\n  command: login\n  args: [--password, ${m}]\n  env:\n  - name: PASSWORD\n    value: ${m}`),
  ),
  configMap('a kubeconfig with an auth provider', (m) =>
    kubeconfig(`auth-provider:\n  name: oidc\n  config:\n    client-secret: ${m}\n    refresh-token: ${m}`),
  ),
  configMap('a registry’s login', (m) => JSON.stringify({ auths: { 'registry.example.com': { username: 'u', password: m } } })),
  configMap(
    'encryption keys',
    (m) =>
      `kind: EncryptionConfiguration\nresources:\n- providers:\n  - aescbc:\n      keys:\n      - name: a\n        secret: ${b64(m)}\n`,
  ),
  configMap('a service account’s token', (m) => `curl -H "Authorization: Bearer ${serviceAccountToken(m)}" https://10.0.0.1`),
  configMap('an OAuth client', (m) => `kind: OAuthClient\nmetadata:\n  name: x\nsecret: ${m}\n`),
  [
    'a ConfigMap: bytes',
    CONFIG('bytes'),
    (m) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b' }, binaryData: { it: b64(gzipSync(manifest(m))) } }),
  ],
  [
    'a ConfigMap: a Secret in protobuf',
    CONFIG('nested-protobuf'),
    (m) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'p' }, binaryData: { it: b64(protobufSecret(m)) } }),
  ],
  ['a ConfigMap in protobuf', CONFIG('protobuf'), (m) => protobufConfigMap(manifest(m))],
  [
    'a ConfigMap in protobuf: a field that no release has',
    CONFIG('unknown-field'),
    (m) => protobufConfigMap('kept', field(77, privateKey(m))),
  ],
  [
    'a ConfigMap as last applied',
    CONFIG('applied'),
    (m) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'a',
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ kind: 'ConfigMap', data: { it: manifest(m) } }),
        },
      },
    }),
  ],

  widget('manifests in strings', (m) => ({ resources: [{ name: 'a.yaml', content: manifest(m) }] })),
  widget('packed manifests in strings', (m) => ({
    resources: [{ name: 'a.yaml', encoding: 'base64+gz', content: b64(gzipSync(manifest(m))) }],
  })),
  widget('JSON in strings', (m) => ({ resources: [{ content: JSON.stringify({ manifest: JSON.stringify(secretOf(m)) }) }] })),
  widget('the Secret itself', (m) => ({ template: { kind: 'Secret', data: { password: b64(m) } } })),
  widget('a kubeconfig', (m) => ({
    config: { users: [{ name: 'u', user: { token: m, exec: { args: [m], env: [{ name: 'A', value: m }] } } }] },
  })),
  widget('a registry’s login', (m) => ({ pull: { auths: { r: { password: m } } } })),
  widget('encryption keys', (m) => ({
    config: { kind: 'EncryptionConfiguration', resources: [{ providers: [{ aescbc: { keys: [{ name: 'a', secret: b64(m) }] } }] }] },
  })),
  widget('a private key', (m) => ({ key: privateKey(m) })),
  widget('a private key line by line', (m) => ({ lines: privateKey(m).trim().split('\n') })),
  widget('an OAuth client', (m) => ({ objects: [{ kind: 'OAuthClient', metadata: { name: 'x' }, secret: m }] })),
  widget('a file of a machine', (m) => ({
    files: [{ path: '/etc/k', contents: { source: `data:;base64,${b64(kubeconfig(`token: ${m}`))}` } }],
  })),

  pod('environment', (m) => ({ env: [{ name: 'KEY', value: privateKey(m) }] })),
  pod('annotation', (m) => ({ annotations: { 'example.com/applied': manifest(m) } })),
  pod('why it waits', (m) => ({
    status: {
      phase: 'Pending',
      containerStatuses: [
        {
          name: 'main',
          ready: false,
          restartCount: 3,
          state: { waiting: { reason: 'CrashLoopBackOff', message: JSON.stringify(secretOf(m)) } },
          lastState: { terminated: { exitCode: 1, message: privateKey(m) } },
        },
      ],
      conditions: [{ type: 'PodScheduled', status: 'False', message: `cannot apply ${JSON.stringify(secretOf(m))}` }],
    },
  })),
  pod('what it is', (m) => ({ status: { phase: 'Failed', message: manifest(m), reason: `because of ${JSON.stringify(secretOf(m))}` } })),
  [
    'an Event',
    '/registry/events/shop/e1',
    (m) => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e1', namespace: 'shop' },
      involvedObject: { kind: 'Pod', name: 'environment', namespace: 'shop', uid: 'pod-uid' },
      reason: 'Failed',
      message: `cannot create ${JSON.stringify(secretOf(m))}`,
      type: 'Warning',
      count: 1,
      lastTimestamp: '2026-11-23T11:00:00Z',
    }),
  ],
  [
    'a Node’s condition',
    '/registry/minions/node-1',
    (m) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'node-1', uid: 'n1' },
      status: {
        conditions: [
          {
            type: 'Ready',
            status: 'False',
            message: privateKey(m),
            lastHeartbeatTime: '2026-11-01T00:00:00Z',
            lastTransitionTime: '2026-11-01T00:00:00Z',
          },
        ],
      },
    }),
  ],
  [
    'a Node’s backend data',
    '/registry/minions/node-2',
    (m) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name: 'node-2',
        uid: 'n2',
        annotations: {
          'flannel.alpha.coreos.com/kube-subnet-manager': 'true',
          'flannel.alpha.coreos.com/public-ip': '192.0.2.2',
          'flannel.alpha.coreos.com/backend-type': 'wireguard',
          'flannel.alpha.coreos.com/backend-data': JSON.stringify({ PublicKey: 'open', PSK: m }),
        },
      },
      spec: { podCIDR: '10.5.2.0/24' },
      status: { addresses: [{ type: 'InternalIP', address: '192.0.2.2' }] },
    }),
  ],
  [
    'a Namespace that does not go',
    '/registry/namespaces/stuck',
    (m) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'stuck', deletionTimestamp: '2026-11-01T00:00:00Z' },
      spec: { finalizers: ['kubernetes'] },
      status: {
        phase: 'Terminating',
        conditions: [{ type: 'NamespaceContentRemaining', status: 'True', message: `remains: ${JSON.stringify(secretOf(m))}` }],
      },
    }),
  ],
  [
    'a Deployment as last applied',
    '/registry/deployments/shop/web',
    (m) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: 'web',
        namespace: 'shop',
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ kind: 'List', items: [secretOf(m)] }) },
      },
      spec: { selector: { matchLabels: { app: 'web' } } },
      status: { conditions: [{ type: 'Progressing', status: 'False', reason: 'Failed', message: manifest(m) }] },
    }),
  ],
  [
    'an aggregated API in protobuf',
    '/registry/example.org/gadgets/shop/g',
    (m) => protobuf('example.org/v1', 'Gadget', metadata('g'), field(2, privateKey(m))),
  ],
  [
    'a printer column’s description',
    '/registry/apiextensions.k8s.io/customresourcedefinitions/gears.example.com',
    (m) => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'gears.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'gears', kind: 'Gear' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            additionalPrinterColumns: [{ name: 'Key', type: 'string', jsonPath: '.spec', description: privateKey(m) }],
          },
        ],
      },
    }),
  ],

  [
    'an access token of OpenShift',
    '/openshift.io/oauth/accesstokens/sha256~abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
    (m) => ({
      apiVersion: 'oauth.openshift.io/v1',
      kind: 'OAuthAccessToken',
      metadata: { name: 'sha256~abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' },
      clientName: 'console',
      userName: 'u',
      refreshToken: m,
      authorizeToken: m,
    }),
  ],
  [
    'an authorize token of OpenShift',
    '/openshift.io/oauth/authorizetokens/sha256~b',
    (m) => ({
      apiVersion: 'oauth.openshift.io/v1',
      kind: 'OAuthAuthorizeToken',
      metadata: { name: 'sha256~b' },
      codeChallenge: m,
      state: m,
    }),
  ],
  [
    'a client of OpenShift',
    '/openshift.io/oauth/clients/console',
    (m) => ({ apiVersion: 'oauth.openshift.io/v1', kind: 'OAuthClient', metadata: { name: 'console' }, secret: m, additionalSecrets: [m] }),
  ],
  [
    'a client of OpenShift in protobuf',
    '/openshift.io/oauth/clients/protobuf',
    (m) => protobuf('oauth.openshift.io/v1', 'OAuthClient', metadata('protobuf', ''), field(2, m), field(3, m)),
  ],
  [
    'an access token of OpenShift in protobuf',
    '/openshift.io/oauth/accesstokens/sha256~c',
    (m) => protobuf('oauth.openshift.io/v1', 'OAuthAccessToken', metadata('sha256~c', ''), field(2, 'console'), field(8, m)),
  ],

  [
    'flannel’s config',
    '/coreos.com/network/config',
    (m) => ({ Network: '10.5.0.0/16', Backend: { Type: 'ipsec', PSK: m, Extra: privateKey(m) } }),
  ],
  [
    'flannel’s lease',
    '/coreos.com/network/subnets/10.5.1.0-24',
    (m) => ({ PublicIP: '192.0.2.1', BackendType: 'wireguard', BackendData: { PublicKey: 'open', PrivateKey: m } }),
  ],
  [
    'flannel’s settings in Kubernetes',
    '/registry/configmaps/kube-flannel/kube-flannel-cfg',
    (m) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kube-flannel-cfg' },
      data: { 'net-conf.json': JSON.stringify({ Network: '10.5.0.0/16', Backend: { Type: 'ali-vpc', AccessKeySecret: m } }) },
    }),
  ],
]

/** For the v2 keyspace. */
const PLANTS_V2: Plant[] = [
  ['v2: flannel’s config', '/coreos.com/network/config', (m) => ({ Network: '10.6.0.0/16', Backend: { Type: 'ipsec', psk: m } })],
  [
    'v2: flannel’s lease',
    '/coreos.com/network/subnets/10.6.1.0-24',
    (m) => ({ PublicIP: '192.0.2.9', BackendType: 'wireguard', BackendData: { PSK: m } }),
  ],
  ['v2: a Secret', '/registry/secrets/shop/orders', secretOf],
  ['v2: a manifest', '/files/manifest.yaml', manifest],
  ['v2: a private key', '/files/key', privateKey],
]

const bytesOf = (value: string | Uint8Array | object): Uint8Array =>
  typeof value === 'string' ? Buffer.from(value) : value instanceof Uint8Array ? value : Buffer.from(JSON.stringify(value))

const planted = (plants: Plant[], first: number): Planted[] =>
  plants.map(([name, key, value], i) => ({ name, key, marker: markerOf(first + i), value: bytesOf(value(markerOf(first + i))) }))

export const PLANTED: readonly Planted[] = planted(PLANTS, 1)
export const PLANTED_V2: readonly Planted[] = planted(PLANTS_V2, 501)

/** Columns that print parts or all of the custom resources in {@link PLANTED}. */
export const WIDGETS_DEFINITION = {
  key: '/registry/apiextensions.k8s.io/customresourcedefinitions/widgets.example.com',
  value: {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          additionalPrinterColumns: [
            '.spec',
            '.spec.resources[0].content',
            '.spec.template.data.password',
            '.spec.config.users[0].user.token',
            '.spec.config.users[*].user.exec.args[0]',
            '.spec.pull.auths.r.password',
            '.spec.config.resources[0].providers[0].aescbc.keys[0].secret',
            '.spec.key',
            '.spec.lines[1]',
            '.spec.lines[2]',
            '.spec.objects[0].secret',
            '.spec.files[0].contents.source',
          ].map((jsonPath, i) => ({ name: `C${i}`, type: 'string', jsonPath })),
        },
      ],
    },
  },
}

/** Every encoding of a marker that a reader could decode, anywhere in a longer text. */
export function spellingsOf(marker: string): string[] {
  const bytes = Buffer.from(marker)
  // In base64 the first and last letters depend on the neighbouring bytes.
  const shifted = [0, 1, 2].map((shift) => {
    const letters = b64(Buffer.concat([Buffer.alloc(shift), bytes]))
    return letters.slice(Math.ceil((shift * 4) / 3) + (shift === 0 ? 0 : 1), Math.floor(((shift + bytes.length) * 4) / 3) - 1)
  })
  return [
    marker,
    ...shifted,
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    escapedLetters(marker),
    [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
    [...marker].reverse().join(''),
  ]
}
