// Texts with a secret in every promised encoding, each with a marker that must disappear; and similar texts, which must stay.
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Document, stringify } from 'yaml'
import { TextInspector } from './inspect-text.ts'
import { maskShownText } from './mask-decoded.ts'
import { WorkBudget } from './work-budget.ts'

const MARKER = 'MarkerThatMustNeverLeak0'
const b64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64')
const hex = (text: string | Uint8Array) => Buffer.from(text).toString('hex')
const percent = (text: string) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
/** Every letter escaped, as JSON and YAML allow. */
const escaped = (text: string) => [...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
const indented = (text: string, by = '    ') => text.replace(/^(?=.)/gm, by)
const wrapped = (text: string, at = 64) => text.replace(new RegExp(`.{${at}}`, 'g'), '$&\n')

const shown = (text: string) => maskShownText(text, { reveal: false, salt: new Uint8Array(4), digest: () => 'd1gest00' })

/** Every spelling from which the marker could be decoded. */
const SPELLINGS = [MARKER, b64(MARKER).replace(/=+$/, ''), hex(MARKER), hex(MARKER).toUpperCase(), percent(MARKER), escaped(MARKER)]
const leak = (text: string) => SPELLINGS.find((spelling) => text.includes(spelling))

const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'orders-db' }, data: { password: b64(MARKER) } }
const json = JSON.stringify(secret)
const yaml = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: orders-db\nstringData:\n  password: ${MARKER}\n`
const pem = `-----BEGIN PRIVATE KEY-----\n${wrapped(`MIIEvQIBADANBgkqhkiG9w0BAQEFAASC${MARKER}${'A'.repeat(90)}`)}\n-----END PRIVATE KEY-----\n`
const kubeconfig = `apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster:\n    server: https://10.0.0.1:6443\nusers:\n- name: u\n  user:\n`
const jwt = (claims: object) => {
  const url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${url({ alg: 'RS256', kid: 'x' })}.${url(claims)}.${MARKER}${'s'.repeat(40)}`
}
const login = b64(`user:${MARKER}`)
/** `user:password` shifts the marker's alignment. */
const LOGIN_LEAK = login.slice(8, 36)

describe('a manifest of a Secret', () => {
  test.each<[string, string]>([
    ['JSON', json],
    ['JSON over lines', JSON.stringify(secret, null, 2)],
    [
      'JSON whose words are escaped',
      json
        .replace('"kind"', `"${escaped('kind')}"`)
        .replace('"Secret"', `"${escaped('Secret')}"`)
        .replace('"data"', `"${escaped('data')}"`),
    ],
    ['JSON with one letter escaped', json.replace('"Secret"', '"S\\u0065cret"')],
    ['JSON in a JSON string', JSON.stringify({ note: 'copy', copy: json })],
    ['JSON in a JSON string in a JSON string', JSON.stringify({ a: JSON.stringify({ b: [json] }) })],
    ['five strings deep', [1, 2, 3, 4, 5].reduce((text) => JSON.stringify({ inner: text }), json)],
    ['escaped JSON in a JSON string', JSON.stringify({ copy: json.replace('"Secret"', '"S\\u0065cret"') })],
    ['JSON with slashes escaped', JSON.stringify({ copy: json }).replaceAll('/', '\\/')],
    ['a List', JSON.stringify({ kind: 'List', items: [{ kind: 'Pod' }, secret] })],
    ['a SecretList', JSON.stringify({ kind: 'SecretList', items: [{ data: { p: b64(MARKER) } }] })],
    ['kind last', JSON.stringify({ data: secret.data, kind: 'Secret' })],
    ['members in other cases', json.replace('"kind"', '"Kind"').replace('"data"', '"DATA"')],
    ['cut at its end', json.slice(0, -3)],
    ['cut before its kind', `{"apiVersion":"v1","data":{"password":"${b64(MARKER)}"},"metadata":{"name":"my-secret`],
    ['after other words', `applied at noon: ${json}`],
    ['in a log line', `level=info msg="applied" object=${json} done`],
    ['quoted in a message', `Error from server: ${JSON.stringify(json)} is invalid`],
    ['YAML', yaml],
    ['YAML, indented', indented(yaml)],
    ['YAML with tags', yaml.replace('kind: Secret', 'kind: !!str Secret').replace('stringData:', '!!str stringData:')],
    ['YAML with a long tag', yaml.replace('kind: Secret', 'kind: !<tag:yaml.org,2002:str> "Secret"')],
    ['YAML with a binary kind', yaml.replace('kind: Secret', `kind: !!binary ${b64('Secret')}`).replaceAll('orders-db', 'x')],
    ['YAML with an anchor', yaml.replace('kind: Secret', 'kind: &k Secret')],
    ['YAML with an alias for its kind', `x: &k Secret\n${yaml.replace('kind: Secret', 'kind: *k')}`],
    ['YAML with an alias for its key', `x: &k kind\n${yaml.replace('kind: Secret', '*k : Secret')}`],
    ['YAML with a merge', `base: &b\n  kind: Secret\nit:\n  <<: *b\n  stringData:\n    p: ${MARKER}\n`],
    ['YAML with a folded kind', yaml.replace('kind: Secret', 'kind: >-\n  Secret')],
    ['YAML with a literal kind', yaml.replace('kind: Secret', 'kind: |-\n  Secret')],
    ['YAML with its kind on the next line', yaml.replace('kind: Secret', 'kind:\n  Secret')],
    ['YAML with comments between', yaml.replace('kind: Secret', 'kind: # which\n\n  # this\n  Secret # that')],
    ['YAML with an explicit key', yaml.replace('kind: Secret', '? kind\n: Secret')],
    ['YAML quoted', yaml.replace('kind: Secret', `"kind" : 'Secret'`)],
    ['YAML with escapes', yaml.replace('kind: Secret', '"k\\x69nd": "\\x53ecret"')],
    ['YAML with an escaped line end', yaml.replace('kind: Secret', 'kind: "Sec\\\n  ret"')],
    ['YAML in one line', `{kind: Secret, stringData: {p: ${MARKER}}}`],
    ['YAML in one line without quotes and spaces', `{"kind":Secret,"stringData":{p: ${MARKER}}}`],
    ['YAML in braces over lines', `{\n  kind:\n    Secret,\n  stringData: {\n    p: ${MARKER}\n  }\n}\n`],
    ['YAML in a list', `- kind: Pod\n- kind: Secret\n  stringData:\n    p: ${MARKER}\n`],
    ['YAML with tabs and carriage returns', yaml.replaceAll('\n', '\r\n').replace('kind: ', 'kind:\t')],
    ['YAML with other line ends', yaml.replaceAll('\n', '\r')],
    ['YAML in a block, with other line ends', `a: |\n${indented(yaml)}`.replaceAll('\n', '\r')],
    ['YAML with line ends of Unicode', yaml.replaceAll('\n', '\u2028')],
    ['JSON with comments', `{ // which\n "kind": /* this */ "Secret", /* that */ "data": {"p": "${b64(MARKER)}"} }`],
    ['JSON in a comment', `{ "a": 1 // ${json}\n }`],
    ['JSON with single quotes', `{'kind': 'Secret', 'data': {'p': '${b64(MARKER)}'}}`],
    ['lines of JSON', `{"a":1}\n${json}\n{"b":2}`],
    ['in a fence of Markdown', `As follows:\n\n\`\`\`yaml\n${yaml}\`\`\`\n`],
    ['quoted in a mail', yaml.replace(/^/gm, '> ')],
    ['YAML behind other documents', `kind: Pod\n---\n# a comment\n--- # the third\n${yaml}...\n`],
    ['YAML behind directives', `%YAML 1.1\n---\n${yaml}`],
    ['YAML commented out', yaml.replace(/^/gm, '# ')],
    ['YAML commented out beside another object', `kind: Pod\nspec: {}\n${yaml.replace(/^/gm, '#')}`],
    ['YAML in a block of YAML', `kind: ConfigMap\ndata:\n  it: |\n${indented(yaml)}`],
    ['YAML in a block in a block', `a: |-\n${indented(`b: >+2\n${indented(yaml)}`)}`],
    ['YAML in a quoted scalar', `it: ${JSON.stringify(yaml)}\nother: 1\n`],
    ['YAML in a single-quoted scalar', `it: 'kind: Secret\n\n  stringData: {p: ${MARKER}}\n\n  '\n`],
    ['JSON in YAML', `it: '${json}'\n`],
    ['JSON in a YAML block', `it: |\n  ${json}\n`],
    ['in a shell script', `#!/bin/sh\nset -e\ncat <<EOF | kubectl apply -f -\n${yaml}EOF\necho "it's done"\n`],
    ['with unbalanced quotes around it', `don't\n"quote\n${yaml}`],
    ['behind a template', `{{- if .Values.secret }}\n${yaml}{{- end }}\n`],
    ['base64', b64(yaml)],
    ['base64 of base64', b64(b64(yaml))],
    ['base64 over lines', wrapped(b64(yaml))],
    ['base64 over indented lines', indented(wrapped(b64(yaml)))],
    ['base64 over escaped lines', JSON.stringify(wrapped(b64(yaml)))],
    ['base64 for addresses', Buffer.from(`ÿþ?>${yaml}`).toString('base64url')],
    ['base64 without padding, in a sentence', `content is ${b64(yaml).replace(/=+$/, '')}, as applied`],
    ['base64 behind a path', `content/${b64(yaml)}`],
    ['base64 behind a longer path', `files/etc/${b64(yaml)}`],
    ['base64 with its slashes escaped', JSON.stringify({ content: b64(`???>>>${yaml}???`) }).replaceAll('/', '\\/')],
    ['base64 of JSON in JSON', JSON.stringify({ content: b64(json) })],
    ['hexadecimal', hex(yaml)],
    ['hexadecimal in capitals', hex(yaml).toUpperCase()],
    ['hexadecimal with a prefix', `\\x${hex(yaml)} and 0x${hex(json)}`],
    ['hexadecimal over lines', wrapped(hex(yaml), 60)],
    ['escaped bytes', [...Buffer.from(json)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')],
    ['percent-encoded', encodeURIComponent(yaml)],
    ['percent-encoded, every byte', percent(yaml)],
    ['a data URL', `data:text/plain;charset=utf-8,${encodeURIComponent(yaml)}`],
    ['a data URL in base64', `data:text/plain;charset=utf-8;base64,${b64(yaml)}`],
    ['gzip in base64', b64(gzipSync(yaml))],
    ['gzip in base64 of base64', b64(b64(gzipSync(yaml)))],
    ['gzip in base64 behind a path', `files/${b64(gzipSync(yaml))}`],
    ['gzip of a release in base64', b64(gzipSync(JSON.stringify({ name: 'web', manifest: `---\n${yaml}` })))],
    ['gzip in hexadecimal', hex(gzipSync(yaml))],
    ['gzip in gzip', b64(gzipSync(b64(gzipSync(yaml))))],
    ['gzip that is cut', b64(gzipSync(yaml + 'x'.repeat(100))).slice(0, -16)],
    ['protobuf in base64', b64(protobuf())],
    ['protobuf in base64 behind a word', `object/${b64(protobuf())}`],
  ])('%s', (_name, text) => {
    const out = shown(text)
    expect(leak(out)).toBeUndefined()
    expect(out).toContain('(masked: ')
  })

  test('only the one of many documents is masked', () => {
    const out = shown(`kind: Service\nspec: {}\n---\n${yaml}--- # last\nkind: Deployment\n`)
    expect(out).toMatch(/^kind: Service\nspec: \{\}\n---\n\(masked: \d+ bytes, digest \w+\)\n--- # last\nkind: Deployment\n$/)
  })

  test('in JSON only the member with it is masked, and it stays JSON', () => {
    const out = JSON.parse(shown(JSON.stringify({ before: [1.5, 'x'], copy: json, after: 'the users of a token' })))
    expect(out).toEqual({ before: [1.5, 'x'], copy: expect.stringMatching(/^\(masked: /), after: 'the users of a token' })
  })

  test('in YAML only the scalar with it is masked', () => {
    const out = shown(`before: 1\nit: |\n${indented(yaml)}after:\n  - 2\n`)
    expect(out).toMatch(/^before: 1\nit: "\(masked: \d+ bytes, digest \w+\)"\nafter:\n {2}- 2\n$/)
  })

  test.each([
    'rules:\n- kind: Secret\n  name: orders-db\n',
    'kind: SecretStore\nspec:\n  data: x\n',
    'kind: SealedSecret\nspec:\n  data: {}\n  encryptedData: {p: AgBy3i4OJSWK}\n',
    '{"privateKey": {"size": 2048}, "kind": "Secret"}',
    'the data: of a Secret is kept elsewhere',
    'kind: ConfigMap\nmetadata:\n  ownerReferences:\n  - kind: Secret\n    name: a\ndata:\n  a: b\n',
    'kind: ExternalSecret\nspec:\n  data:\n  - secretKey: password\n    remoteRef: {key: db}\n  target:\n    kind: Secret\n',
    'ignoreDifferences:\n- kind: Secret\n  jsonPointers: [/data]\ndata:\n  x: 1\n',
    JSON.stringify({ kind: 'Deployment', spec: { volumes: [{ secret: { secretName: 'x' } }] }, data: 1 }),
  ])('what only speaks of Secrets stays: %j', (text) => {
    expect(shown(text)).toBe(text)
  })
})

describe('a private key', () => {
  const key = pem.trim()
  test.each<[string, string]>([
    ['alone', pem],
    [
      'of each kind',
      ['RSA ', 'EC ', 'DSA ', 'ENCRYPTED ', 'OPENSSH ']
        .map((kind) => pem.replaceAll('BEGIN PRIVATE', `BEGIN ${kind}PRIVATE`).replaceAll('END PRIVATE', `END ${kind}PRIVATE`))
        .join('\n'),
    ],
    ['of PGP', pem.replaceAll('PRIVATE KEY-----', 'PRIVATE KEY BLOCK-----')],
    [
      'of SSH2',
      pem
        .replaceAll('-----BEGIN PRIVATE KEY-----', '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----')
        .replaceAll('-----END PRIVATE KEY-----', '---- END SSH2 ENCRYPTED PRIVATE KEY ----'),
    ],
    ['indented', `tls:\n  key: |\n${indented(pem)}\n  more: x\n`],
    ['below other text', `Here is the key of the server.\n\n${pem}`],
    ['below a manifest', `kind: ConfigMap\ndata: {}\n---\n${pem}`],
    ['in one line', `KEY="${key.replaceAll('\n', ' ')}"`],
    ['with escaped lines', `KEY="${key.replaceAll('\n', '\\n')}"`],
    ['with lines escaped twice', `{"env":"{\\"KEY\\":\\"${key.replaceAll('\n', '\\\\n')}\\"}"}`],
    ['in JSON', JSON.stringify({ tls: { key } })],
    ['with its words escaped', JSON.stringify({ key }).replace('PRIVATE', escaped('PRIVATE'))],
    ['in base64', b64(pem)],
    ['in base64 of base64', b64(b64(pem))],
    ['in hexadecimal', hex(pem)],
    ['percent-encoded', `data:,${encodeURIComponent(pem)}`],
    ['gzip in base64', b64(gzipSync(pem))],
    ['without its end', pem.slice(0, 120)],
    ['with headers', pem.replace('KEY-----\n', 'KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n')],
    ['two of them', `${pem}${pem}`],
    ['in a YAML list, line by line', `lines:\n${key.replace(/^/gm, '- ')}\n`],
    ['in a JSON list, line by line', JSON.stringify({ lines: key.split('\n') })],
  ])('%s', (_name, text) => {
    const out = shown(text)
    expect(leak(out)).toBeUndefined()
    expect(out).toContain('(masked: ')
  })

  test('the surrounding text stays', () => {
    const certificate = `-----BEGIN CERTIFICATE-----\n${wrapped('A'.repeat(200))}\n-----END CERTIFICATE-----\n`
    expect(shown(`${certificate}${pem}after\n`)).toMatch(
      /^-----BEGIN CERTIFICATE-----\n[A\n]+-----END CERTIFICATE-----\n\(masked: \d+ bytes, digest \w+\)\nafter\n$/,
    )
    expect(JSON.parse(shown(JSON.stringify({ cert: certificate, key: pem, users: ['a token'] })))).toEqual({
      cert: certificate,
      key: expect.stringMatching(/^\(masked: \d+ bytes, digest \w+\)\n$/),
      users: ['a token'],
    })
  })

  test.each([
    'It must begin with -----BEGIN PRIVATE KEY----- and be PEM.',
    '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----',
    `-----BEGIN CERTIFICATE-----\n${wrapped('MIIB'.repeat(60))}\n-----END CERTIFICATE-----`,
    `-----BEGIN PUBLIC KEY-----\n${wrapped('MIIB'.repeat(60))}\n-----END PUBLIC KEY-----`,
    b64(`-----BEGIN CERTIFICATE-----\n${wrapped('MIIB'.repeat(60))}\n-----END CERTIFICATE-----`),
  ])('what is none stays: %j', (text) => {
    expect(shown(text)).toBe(text)
  })
})

describe('credentials', () => {
  test.each<[string, string]>([
    ['a kubeconfig’s token', `${kubeconfig}    token: ${MARKER}\n`],
    ['a kubeconfig’s password', `${kubeconfig}    username: admin\n    password: ${MARKER}\n`],
    ['a kubeconfig’s key', `${kubeconfig}    client-certificate-data: ${b64('x'.repeat(60))}\n    client-key-data: ${b64(MARKER)}\n`],
    [
      'what a kubeconfig executes',
      `${kubeconfig}    exec:\n      command: get-token\n      args:\n      - --secret=${MARKER}\n      env:\n      - name: PASSWORD\n        value: ${MARKER}\n`,
    ],
    ['arguments in brackets', `${kubeconfig}    exec: {command: x, args: [login, "--password", "${MARKER}"]}\n`],
    [
      'a kubeconfig’s auth provider',
      `${kubeconfig}    auth-provider:\n      name: oidc\n      config:\n        client-id: x\n        client-secret: ${MARKER}\n        id-token: ${MARKER}\n        refresh-token: ${MARKER}\n`,
    ],
    ['a kubeconfig in JSON', JSON.stringify({ kind: 'Config', clusters: [], users: [{ name: 'u', user: { token: MARKER } }] })],
    ['a kubeconfig in JSON in JSON', JSON.stringify({ config: JSON.stringify({ contexts: [], users: [{ user: { password: MARKER } }] }) })],
    ['the users of a kubeconfig', `users:\n- name: u\n  user:\n    token: ${MARKER}\n`],
    ['a kubeconfig with an alias', `x: &t ${MARKER}\n${kubeconfig}    token: *t\n`],
    ['a kubeconfig in base64', b64(`${kubeconfig}    token: ${MARKER}\n`)],
    ['a kubeconfig in a block', `config: |\n${indented(`${kubeconfig}    token: ${MARKER}\n`)}`],
    ['a kubeconfig percent-encoded', `data:,${encodeURIComponent(`${kubeconfig}    token: ${MARKER}\n`)}`],
    ['a token over lines', `${kubeconfig}    token: >-\n      ${MARKER}\n`],
    ['Docker’s config', JSON.stringify({ auths: { 'registry.example.com': { username: 'u', password: MARKER, identitytoken: MARKER } } })],
    ['Docker’s config over lines', JSON.stringify({ auths: { r: { password: MARKER } } }, null, '\t')],
    ['Docker’s config in base64', b64(JSON.stringify({ auths: { r: { password: MARKER } } }))],
    ['Docker’s config in YAML', `config:\n  auths:\n    r:\n      password: ${MARKER}\n`],
    [
      'the API server’s encryption keys',
      `kind: EncryptionConfiguration\nresources:\n- providers:\n  - aescbc:\n      keys:\n      - name: key1\n        secret: ${b64(MARKER)}\n`,
    ],
    ['OpenShift’s OAuthClient', `kind: OAuthClient\nmetadata:\n  name: x\nsecret: ${MARKER}\n`],
    ['OpenShift’s access token', JSON.stringify({ kind: 'OAuthAccessToken', metadata: { name: 'sha256~x' }, refreshToken: MARKER })],
    ['a service account’s token', `Bearer ${jwt({ iss: 'kubernetes/serviceaccount', sub: 'system:serviceaccount:a:b' })}`],
    ['a bound token of a service account', `token=${jwt({ iss: 'https://kubernetes.default.svc', sub: 'system:serviceaccount:a:b' })};`],
    ['a service account’s token in base64', b64(jwt({ sub: 'system:serviceaccount:a:b' }))],
  ])('%s', (_name, text) => {
    const out = shown(text)
    expect(leak(out)).toBeUndefined()
    expect(out).toContain('(masked: ')
  })

  test('registry logins, in new and old Docker files', () => {
    for (const text of [
      JSON.stringify({ auths: { r: { auth: login } } }),
      JSON.stringify({ 'https://index.docker.io/v1/': { auth: login, password: LOGIN_LEAK, email: 'a@example.com' } }),
      `auths:\n  r:\n    auth: ${login}\n`,
    ]) {
      expect(shown(text)).not.toContain(LOGIN_LEAK)
      expect(shown(text)).toContain('(masked: ')
    }
  })

  test('a bootstrap token of kubeadm, under a key that names it', () => {
    const token = 'abcdef.0123456789abcdef'
    expect(shown(`discovery:\n  bootstrapToken:\n    token: ${token}\n    apiServerEndpoint: 10.0.0.1:6443\n`)).toBe(
      'discovery:\n  bootstrapToken:\n    token: "(masked: 23 bytes, digest d1gest00)"\n    apiServerEndpoint: 10.0.0.1:6443\n',
    )
    expect(shown(`the file is called ${token} here`)).toContain(token)
  })

  test('the rest of a kubeconfig stays, and stays YAML', () => {
    expect(shown(`${kubeconfig}    token: ${MARKER}\n`)).toBe(`${kubeconfig}    token: "(masked: 64 bytes, digest d1gest00)"\n`)
  })

  test.each([
    `${kubeconfig}    client-key: /etc/kubernetes/key.pem\n    tokenFile: /var/run/token\n`,
    'users:\n- name: app\n  quota: 3\nsettings:\n  token: not of a kubeconfig\n',
    JSON.stringify({ auth: 'none', authorization: 'a token', users: 3 }),
    jwt({ iss: 'https://accounts.example.com', sub: 'somebody' }),
  ])('what is none stays: %j', (text) => {
    expect(shown(text)).toBe(text)
  })
})

describe('text that is too deep or too large', () => {
  const inspector = (limit: number) => new TextInspector(new WorkBudget(limit), () => null)

  test('is hidden, with a note that it was not searched', () => {
    expect(inspector(10).inspect(yaml)).toEqual([{ start: 0, end: yaml.length, why: 'not-searched' }])
    expect(inspector(10).inspect('x'.repeat(1000))).toMatchObject([{ why: 'not-searched' }])
    const deep = Array.from({ length: 12 }).reduce<string>((text) => JSON.stringify({ inner: text }), 'kind: Secret\nstringData: {}\n')
    expect(new TextInspector(new WorkBudget(1e9), () => null).inspect(deep)).toMatchObject([{ why: 'not-searched' }])
  })

  test('without suspicious content is shown, however small the budget', () => {
    expect(inspector(0).inspect('Nothing in these words gives any reason to look closer. '.repeat(50))).toEqual([])
  })

  test('a decompression bomb is not unpacked', () => {
    const bomb = b64(gzipSync(Buffer.alloc(40 * 1024 * 1024)))
    const budget = new WorkBudget(1024 * 1024)
    expect(new TextInspector(budget, () => null).inspect(bomb)).toMatchObject([{ why: 'not-searched' }])
    expect(budget.spent).toBeLessThanOrEqual(1024 * 1024)
  })
})

describe('the work is proportional to the text', () => {
  const hostile: Record<string, (size: number) => string> = {
    'YAML with the words in every line': (size) => 'kind: Secret # data\n'.repeat(size / 20),
    'quotes that do not close': (size) => `kind: Secret\ndata: ${'"'.repeat(size)}`,
    'braces that do not close': (size) => `kind: Secret\ndata: ${'{a: ['.repeat(size / 5)}`,
    backslashes: (size) => `{"kind":"Secret","data":"${'\\'.repeat(size)}`,
    'beginnings of keys': (size) => '-----BEGIN PRIVATE KEY-----\n'.repeat(size / 28),
    'beginnings of tokens': (size) => 'eyJ'.repeat(size / 3),
    'short runs of letters': (size) => `${'a'.repeat(31)} `.repeat(size / 32),
    'runs that decode to text': (size) => `${b64('some text that is long enough to matter here')} `.repeat(size / 61),
    'percent signs': (size) => '%41'.repeat(size / 3),
    'exclamation marks': (size) => `secret data binary ${'!'.repeat(size)}`,
    comments: (size) => `kind: Secret\n${'# secret data\n'.repeat(size / 14)}`,
    'blocks in blocks': (size) =>
      Array.from({ length: 30 }).reduce<string>((text) => `secret-data: |\n${indented(text, '  ')}`, 'x\n'.repeat(size / 100)),
    'users and tokens': (size) => `users:\n${'- token: x\n'.repeat(size / 11)}clusters: []\n`,
  }
  test.each(Object.keys(hostile))('%s', (name) => {
    const work = (size: number) => {
      const budget = new WorkBudget(Number.POSITIVE_INFINITY)
      const text = hostile[name]?.(size) ?? ''
      new TextInspector(budget, () => null).inspect(text)
      return budget.spent / text.length
    }
    expect(work(40_000)).toBeLessThanOrEqual(work(10_000) * 1.2 + 1)
    expect(work(40_000)).toBeLessThan(40)
  })
})

describe('property: a Secret is found in any YAML style', () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9 :#'"{}\-|>&*!%@`,?[\]\\]{0,12}$/)
  const content: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, word, fc.integer(), fc.boolean(), fc.constant(null), tie('list'), tie('map')),
    list: fc.array(tie('value'), { maxLength: 3 }),
    map: fc.dictionary(word, tie('value'), { maxKeys: 3 }),
  })).value
  const manifest = fc
    .record({ before: content, after: content, name: word, stringData: fc.boolean() })
    .map(({ before, after, name, stringData }) => ({
      before,
      metadata: { name, labels: { a: name } },
      kind: 'Secret',
      [stringData ? 'stringData' : 'data']: { password: MARKER, [name]: name },
      after,
    }))
  const styles = fc.record({
    defaultStringType: fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'),
    defaultKeyType: fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE'),
    collectionStyle: fc.constantFrom('any', 'block', 'flow'),
    indent: fc.constantFrom(2, 3, 4),
    indentSeq: fc.boolean(),
    lineWidth: fc.constantFrom(0, 20, 80),
  }) as fc.Arbitrary<object>

  test('as a separate document, or inside another one', () => {
    fc.assert(
      fc.property(manifest, content, styles, fc.constantFrom('alone', 'list', 'deep', 'text', 'second'), (object, other, style, where) => {
        const write = (value: unknown) => stringify(value, style)
        const text =
          where === 'alone'
            ? write(object)
            : where === 'list'
              ? write([other, object])
              : where === 'deep'
                ? write({ other, spec: { template: { items: [other, object] } } })
                : where === 'text'
                  ? write({ other, text: write(object) })
                  : `${write(other)}---\n${write(object)}`
        expect(shown(text)).not.toContain(MARKER)
      }),
      { numRuns: 400 },
    )
  })

  test('with anchors and comments', () => {
    fc.assert(
      fc.property(manifest, styles, (object, style) => {
        const document = new Document(object, { aliasDuplicateObjects: true })
        document.comment = ' a comment'
        document.commentBefore = ' kind: Pod'
        const kind = document.get('kind', true) as { anchor?: string; comment?: string }
        kind.anchor = 'k'
        kind.comment = ' not a Pod'
        expect(shown(document.toString(style))).not.toContain(MARKER)
      }),
      { numRuns: 200 },
    )
  })
})

/** `k8s\0`, runtime.Unknown, core.v1.Secret. */
function protobuf(): Buffer {
  const field = (number: number, content: Uint8Array | string): Buffer => {
    const bytes = Buffer.from(content)
    return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes])
  }
  const body = Buffer.concat([field(1, field(1, 'x')), field(2, Buffer.concat([field(1, 'password'), field(2, MARKER)]))])
  return Buffer.concat([
    Buffer.from('k8s\0'),
    field(1, Buffer.concat([field(1, 'v1'), field(2, 'Secret')])),
    field(2, body),
    field(3, ''),
    field(4, ''),
  ])
}
