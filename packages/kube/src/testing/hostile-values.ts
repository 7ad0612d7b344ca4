// Values of about a megabyte, each made to be as expensive to open as possible: for tests and the benchmark.

export interface HostileValue {
  what: string
  /** The directory below the registry prefix. */
  path: string
  make(name: string): Uint8Array
}

const NAMESPACE = 'shop'
/** By default etcd accepts 1.5 MB including the key and the rest of the request. */
const SIZE = 1_400_000

/** A pod with that many containers of two bytes each. */
export function podOfContainers(name: string, containers: number): Uint8Array {
  return pod(name, repeated([18, 0], containers))
}

/** A custom resource with this JSON as its `spec`. */
export function customResource(name: string, spec: string): Uint8Array {
  return Buffer.from(
    `{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"${name}","namespace":"${NAMESPACE}"},"spec":${spec}}`,
  )
}

/** A Secret with that many keys and annotations. */
function secretOf(name: string, keys: number, annotations: number): Uint8Array {
  const entries = (count: number, of: (i: number) => [string, string]) => Object.fromEntries(Array.from({ length: count }, (_, i) => of(i)))
  return Buffer.from(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: NAMESPACE, annotations: entries(annotations, (i) => [`note-${i}`, `an ordinary remark, number ${i}`]) },
      data: entries(keys, (i) => [`key-${i}`, Buffer.from(`payload number ${i}`).toString('base64')]),
    }),
  )
}

const list = (item: string, size = SIZE) => `[${Array.from({ length: Math.floor(size / (item.length + 1)) }, () => item).join(',')}]`
const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth)

export const HOSTILE_VALUES: readonly HostileValue[] = [
  { what: 'a pod of 500,000 empty containers', path: 'pods', make: (name) => podOfContainers(name, 500_000) },
  { what: 'a pod of 100,000 readiness gates and as many conditions', path: 'pods', make: podOfGates },
  { what: 'a pod of 500,000 labels without content', path: 'pods', make: (name) => pod(name, [], repeated([90, 0], 500_000)) },
  { what: 'a pod with 1.4 MB of fields that nobody knows', path: 'pods', make: (name) => pod(name, [], repeated([0xf8, 7, 1], SIZE / 3)) },
  { what: 'members by the ten thousand', path: 'example.com/widgets', make: (name) => customResource(name, members(60_000)) },
  {
    what: 'numbers that no double holds',
    path: 'example.com/widgets',
    make: (name) => customResource(name, list('0.10000000000000000001')),
  },
  { what: 'empty objects', path: 'example.com/widgets', make: (name) => customResource(name, list('{}')) },
  { what: 'numbers of one digit', path: 'example.com/widgets', make: (name) => customResource(name, list('1')) },
  { what: 'lists in lists', path: 'example.com/widgets', make: (name) => customResource(name, list(nested('[', ']', 400))) },
  {
    what: 'objects in objects, whose YAML is a hundred times as long',
    path: 'example.com/widgets',
    make: (name) => customResource(name, list(`${'{"a":'.repeat(400)}1${'}'.repeat(400)}`)),
  },
  { what: 'one line of 1.4 MB', path: 'example.com/widgets', make: (name) => customResource(name, `{"text":"${'x'.repeat(SIZE)}"}`) },
  {
    what: 'a text that looks like Secrets in every line',
    path: 'example.com/widgets',
    make: (name) => customResource(name, JSON.stringify({ text: 'kind: Secret # data\n'.repeat(SIZE / 21) })),
  },
  {
    what: 'a text of 460,000 lines',
    path: 'configmaps',
    make: (name) => Buffer.from(JSON.stringify({ ...configMap(name), data: { lines: 'x\n'.repeat(SIZE / 3) } })),
  },
  { what: 'CBOR of 1,400,000 empty lists', path: 'example.com/widgets', make: cborLists },
  { what: 'a Secret of 20,000 keys and 6,000 annotations', path: 'secrets', make: (name) => secretOf(name, 20_000, 6_000) },
  {
    what: 'a node of 500,000 empty addresses',
    path: 'minions',
    make: (name) => envelope('v1', 'Node', join(field(1, metadata(name)), field(3, repeated([42, 0], 500_000)))),
  },
  {
    what: 'a definition with a schema of 1.4 MB',
    path: 'apiextensions.k8s.io/customresourcedefinitions',
    make: (name) =>
      Buffer.from(
        JSON.stringify({
          apiVersion: 'apiextensions.k8s.io/v1',
          kind: 'CustomResourceDefinition',
          metadata: { name: `${name}.example.com` },
          spec: {
            group: 'example.com',
            names: { kind: `${name}Kind`, plural: name },
            scope: 'Namespaced',
            versions: [{ name: 'v1', storage: true, schema: { openAPIV3Schema: { enum: Array.from({ length: SIZE / 4 }, () => 1.5) } } }],
          },
        }),
      ),
  },
  {
    what: 'a kind that nobody knows, of 700,000 fields',
    path: 'example.org/unknowns',
    make: (name) => envelope('example.org/v1', 'Unknown', join(field(1, metadata(name)), repeated([18, 0], SIZE / 2))),
  },
  {
    what: '15,000 owners',
    path: 'configmaps',
    make: (name) => {
      const owners = Array.from({ length: 15_000 }, (_, i) => ({ apiVersion: `g${i}.example/v1`, kind: `K${i}`, name: 'x', uid: `u${i}` }))
      const value = configMap(name)
      return Buffer.from(JSON.stringify({ ...value, metadata: { ...value.metadata, ownerReferences: owners } }))
    },
  },
  {
    what: 'a bitmap of ten million bits',
    path: 'ranges',
    make: () =>
      Buffer.from(
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'RangeAllocation',
          metadata: {},
          range: '10.0.0.0/8',
          data: Buffer.alloc(SIZE * 0.7, 255).toString('base64'),
        }),
      ),
  },
]

function configMap(name: string) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: NAMESPACE } }
}

function members(count: number): string {
  return JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`field-${i}`, i])))
}

function podOfGates(name: string): Uint8Array {
  const part = SIZE / 14
  const gates = repeated(field(28, field(1, bytes('a'))), part)
  return pod(name, gates, [], repeated(field(2, [...field(1, bytes('b')), ...field(2, bytes('T'))]), part))
}

function cborLists(name: string): Uint8Array {
  const text = (value: string) => [0x58, value.length, ...bytes(value)]
  const head = [0xd9, 0xd9, 0xf7, 0xa4]
  const of = (key: string, value: number[]) => [...text(key), ...value]
  return join(
    [
      ...head,
      ...of('apiVersion', text('example.com/v1')),
      ...of('kind', text('Widget')),
      ...of('metadata', [0xa1, ...of('name', text(name))]),
      ...of('spec', [0x9f]),
    ],
    new Uint8Array(SIZE).fill(0x80),
    [0xff],
  )
}

// Hand-written protobuf.

function pod(name: string, spec: ArrayLike<number>, meta: ArrayLike<number> = [], status: ArrayLike<number> = []): Uint8Array {
  return envelope('v1', 'Pod', join(field(1, join(metadata(name), meta)), field(2, spec), field(3, status)))
}

function envelope(apiVersion: string, kind: string, body: ArrayLike<number>): Uint8Array {
  const type = join(field(1, bytes(apiVersion)), field(2, bytes(kind)))
  return join([0x6b, 0x38, 0x73, 0], field(1, type), field(2, body), field(3, []), field(4, []))
}

function metadata(name: string): Uint8Array {
  return join(field(1, bytes(name)), field(3, bytes(NAMESPACE)))
}

function field(number: number, content: ArrayLike<number>): Uint8Array {
  return join(varint(number * 8 + 2), varint(content.length), content)
}

function varint(value: number): number[] {
  const out: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128)
  out.push(rest)
  return out
}

function repeated(content: ArrayLike<number>, times: number): Uint8Array {
  const out = new Uint8Array(content.length * Math.floor(times))
  for (let i = 0; i < out.length; i++) out[i] = content[i % content.length] as number
  return out
}

function bytes(text: string): number[] {
  return [...Buffer.from(text)]
}

function join(...parts: ArrayLike<number>[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
