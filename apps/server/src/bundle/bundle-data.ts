// Writes keys with what is stored at them for programs: objects as JSON or NDJSON, or the stored bytes in the form of `etcdctl get -w json`.
import type { BundleFormat } from '@registree/contract'
import { toWireKey } from '@registree/contract'
import type { Reading } from '../clusters/reading.ts'
import type { NoteMessage } from '../messages/in-english.ts'
import type { KeyValue } from '../sources/source.ts'
import { decodeValue } from '../values/decode-value.ts'
import { type Bundled, type BundleRequest, bundledKeys, bundleRevision } from './bundled-keys.ts'
import { type Faults, faultsOf, leftOutText, whyNoText, whyNotWhole } from './not-whole.ts'

type DataFormat = Exclude<BundleFormat, 'yaml'>

/** What the end says of all keys. It counts all, and names some {@link MOST_NAMED} of each. */
interface Totals {
  written: number
  leftOut: number
  /** Keys that were left out, each with the reason. */
  named: object[]
  /** Keys that were written although something in them did not decode, and what. */
  faulty: number
  faults: object[]
}

/** The text around and between the entries of a format. */
interface Form {
  begin(head: object): string
  /** `members` are JSON, without the braces. */
  entry(members: string, isFirst: boolean): string
  end(totals: Totals): string
  /** Whether each key that is left out has an entry of its own, in its place, and faults are listed in the object's own entry. */
  inPlace: boolean
}

const FORMS: Record<DataFormat, Form> = {
  json: {
    begin: (head) => `{"apiVersion":"v1","kind":"List","registree":${JSON.stringify(head)},"items":[`,
    entry: (members, isFirst) => `${isFirst ? '' : ','}\n${members}`,
    end: (totals) => `\n],"end":${JSON.stringify(totals)}}\n`,
    inPlace: false,
  },
  ndjson: {
    begin: (head) => `${JSON.stringify({ registree: head })}\n`,
    entry: (members) => `{${members}}\n`,
    end: ({ written, leftOut }) => `${JSON.stringify({ end: { written, leftOut } })}\n`,
    inPlace: true,
  },
  raw: {
    begin: (head) => `{"registree":${JSON.stringify(head)},"kvs":[`,
    entry: (members, isFirst) => `${isFirst ? '' : ','}\n{${members}}`,
    end: ({ written, leftOut, named }) => `\n],"count":${written},"end":${JSON.stringify({ written, leftOut, named })}}\n`,
    inPlace: false,
  },
}

/** Keys left out that the end names, and faults. */
const MOST_NAMED = 10_000

/**
 * The parts of the text. Whatever is masked, cut or incomplete is left out with the reason. Memory: a page of values, and the names of what was left
 * out or did not decode. Throws AppError.
 */
export async function* bundleData(reading: Reading, request: BundleRequest, format: DataFormat): AsyncGenerator<string, void> {
  const revision = await bundleRevision(reading, request)
  const { name, opened } = reading.cluster
  const form = FORMS[format]
  yield form.begin({ cluster: name, origin: opened.origin, revision: String(revision) })
  const totals: Totals = { written: 0, leftOut: 0, named: [], faulty: 0, faults: [] }
  let room = MOST_NAMED
  for await (const bundled of bundledKeys(reading, request, revision)) {
    const made = 'unread' in bundled.kv ? { why: bundled.kv.unread } : await entryOf(reading, bundled.kv, format)
    if ('members' in made) {
      yield form.entry(made.members, totals.written === 0)
      totals.written += 1
      const { faults } = made
      if (faults === null || form.inPlace) continue
      totals.faulty += 1
      if (room > 0) totals.faults.push({ ...keyOf(bundled), ...faults })
      room -= faults.problems.length + faults.unknownFields.length
      continue
    }
    const one = { ...keyOf(bundled), leftOut: leftOutText(made.why) }
    totals.leftOut += 1
    if (form.inPlace) yield form.entry(JSON.stringify(one).slice(1, -1), false)
    else if (totals.named.length < MOST_NAMED) totals.named.push(one)
  }
  yield form.end(totals)
}

const keyOf = ({ key }: Pick<Bundled, 'key'>): object => toWireKey(key)

type Entry = { members: string; faults: Faults | null } | { why: NoteMessage }

async function entryOf(reading: Reading, kv: KeyValue, format: DataFormat): Promise<Entry> {
  const { cluster, policy, now, signal } = reading
  // Nothing is masked then, also in a value that is too slow to decode.
  if (format === 'raw' && policy.reveal) return asStored(kv)
  const view = format === 'raw' ? ('none' as const) : ('json' as const)
  const context = { key: kv.key, modRevision: kv.modRevision, decryptor: cluster.decryptor, policy, now, view }
  const decoded = await decodeValue(kv.value, context, cluster.jobs, signal)
  if (format === 'raw') return decoded.rawMasked ? { why: whyNotWhole(decoded) ?? { code: 'left-masked', params: {} } } : asStored(kv)
  const why = whyNotWhole(decoded)
  if (why !== null) return { why }
  const { shown, apiVersion, kind } = decoded
  if (shown?.form !== 'json' || shown.text === '') return { why: whyNoText(decoded) }
  // Line ends within JSON are only between its tokens.
  const object = shown.text.replace(/\n\s*/g, '')
  const faults = faultsOf(decoded)
  if (format === 'json') {
    // Other JSON is no item of a List.
    return object.startsWith('{') && apiVersion && kind ? { members: object, faults } : { why: { code: 'left-no-item', params: {} } }
  }
  const facts = {
    ...keyOf(kv),
    ...{ createRevision: String(kv.createRevision), modRevision: String(kv.modRevision), version: String(kv.version) },
    ...faults,
  }
  return { members: `${JSON.stringify(facts).slice(1, -1)},"object":${object}`, faults }
}

const asStored = (kv: KeyValue): Entry => ({ members: asEtcdctl(kv), faults: null })

/** Its numbers are as exact as etcdctl's: they are written, not made from doubles. */
function asEtcdctl({ key, value, createRevision, modRevision, version, lease }: KeyValue): string {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  const ofLease = lease === 0n ? '' : `,"lease":${lease}`
  return `"key":"${base64(key)}","create_revision":${createRevision},"mod_revision":${modRevision},"version":${version},"value":"${base64(value)}"${ofLease}`
}
