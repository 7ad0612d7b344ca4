// Writes keys with what is stored at them for programs: objects as JSON or NDJSON, or the stored bytes in the form of `etcdctl get -w json`.
import type { BundleFormat } from '@registree/contract'
import { toWireKey } from '@registree/contract'
import type { Reading } from '../clusters/reading.ts'
import type { KeyValue } from '../sources/source.ts'
import { decodeValue } from '../values/decode-value.ts'
import { type Bundled, type BundleRequest, bundledKeys, bundleRevision } from './bundled-keys.ts'

type DataFormat = Exclude<BundleFormat, 'yaml'>

/** What stands around the entries of a format, and between them. */
interface Form {
  begin(head: object): string
  /** `members` are JSON, without the braces. */
  entry(members: string, isFirst: boolean): string
  end(written: number, leftOut: { named: readonly object[]; count: number }): string
  /** Whether each key that is left out has an entry of its own, in its place. */
  inPlace: boolean
}

const FORMS: Record<DataFormat, Form> = {
  json: {
    begin: (head) => `{"apiVersion":"v1","kind":"List","registree":${JSON.stringify(head)},"items":[`,
    entry: (members, isFirst) => `${isFirst ? '' : ','}\n${members}`,
    end: (written, { named, count }) => `\n],"end":${JSON.stringify({ written, leftOut: count, named })}}\n`,
    inPlace: false,
  },
  ndjson: {
    begin: (head) => `${JSON.stringify({ registree: head })}\n`,
    entry: (members) => `{${members}}\n`,
    end: (written, { count }) => `${JSON.stringify({ end: { written, leftOut: count } })}\n`,
    inPlace: true,
  },
  raw: {
    begin: (head) => `{"registree":${JSON.stringify(head)},"kvs":[`,
    entry: (members, isFirst) => `${isFirst ? '' : ','}\n{${members}}`,
    end: (written, { named, count }) => `\n],"count":${written},"end":${JSON.stringify({ written, leftOut: count, named })}}\n`,
    inPlace: false,
  },
}

/** Keys left out that the end names; it counts all of them. */
const MOST_NAMED = 10_000

/**
 * The parts of the text. Masked Secrets, and masked values of any kind as raw bytes, are left out with the reason. Memory: a page of values, and the
 * names of what was left out. Throws AppError.
 */
export async function* bundleData(reading: Reading, request: BundleRequest, format: DataFormat): AsyncGenerator<string, void> {
  const revision = await bundleRevision(reading, request)
  const { name, opened } = reading.cluster
  const form = FORMS[format]
  yield form.begin({ cluster: name, origin: opened.origin, revision: String(revision) })
  const named: object[] = []
  let written = 0
  let count = 0
  for await (const bundled of bundledKeys(reading, request, revision)) {
    const made = typeof bundled.kv === 'string' ? { why: bundled.kv } : await entryOf(reading, bundled.kv, format)
    if ('members' in made) {
      yield form.entry(made.members, written === 0)
      written += 1
      continue
    }
    const one = { ...keyOf(bundled), leftOut: made.why }
    count += 1
    if (form.inPlace) yield form.entry(JSON.stringify(one).slice(1, -1), false)
    else if (named.length < MOST_NAMED) named.push(one)
  }
  yield form.end(written, { named, count })
}

const keyOf = ({ key }: Pick<Bundled, 'key'>): object => toWireKey(key)

async function entryOf(reading: Reading, kv: KeyValue, format: DataFormat): Promise<{ members: string } | { why: string }> {
  const { cluster, policy, now, signal } = reading
  const view = format === 'raw' ? ('none' as const) : ('json' as const)
  const context = { key: kv.key, modRevision: kv.modRevision, decryptor: cluster.decryptor, policy, now, view }
  const { shown, kind, masked, problems, encryption, rawMasked } = await decodeValue(kv.value, context, cluster.jobs, signal)
  if (format === 'raw') return rawMasked ? { why: 'its content is masked' } : { members: asEtcdctl(kv) }
  if (kind === 'Secret' && masked.length > 0) return { why: 'its content is masked' }
  if (shown?.form !== 'json' || shown.text === '')
    return { why: problems[0]?.message ?? encryption?.reason ?? 'it is no Kubernetes object that Registree knows' }
  // Line ends within JSON are only between its tokens.
  const object = shown.text.replace(/\n\s*/g, '')
  if (format === 'json') return { members: object }
  const facts = {
    ...keyOf(kv),
    ...{ createRevision: String(kv.createRevision), modRevision: String(kv.modRevision), version: String(kv.version) },
  }
  return { members: `${JSON.stringify(facts).slice(1, -1)},"object":${object}` }
}

/** Its numbers are as exact as etcdctl's: they are written, not made from doubles. */
function asEtcdctl({ key, value, createRevision, modRevision, version, lease }: KeyValue): string {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  const ofLease = lease === 0n ? '' : `,"lease":${lease}`
  return `"key":"${base64(key)}","create_revision":${createRevision},"mod_revision":${modRevision},"version":${version},"value":"${base64(value)}"${ofLease}`
}
