// Turns decrypted bytes into what the browser gets: decoded, masked, and formatted as the requested text. Pure, so it can run in a worker thread.
import type { DecodedWire, HelmRelease, TextForm } from '@registree/contract'
import {
  applyable,
  asServed,
  type DecodedValue,
  type KubeObject,
  type KubeValue,
  NEWEST_RELEASE,
  type ObjectSummary,
  type Problem,
  type ProblemMessage,
  renderJson,
  renderYaml,
  type ShownRelease,
  summarize,
  undecodedIn,
  withoutMasked,
} from '@registree/kube'
import { decode, maskDecoded, shownRelease } from '@registree/kube/open'
import type { Static } from 'typebox'
import { digest } from './digest.ts'
import { inOneLine } from './in-one-line.ts'
import { ELEMENTS_ON_THE_SPOT } from './large-values.ts'
import type { Policy } from './policy.ts'

type Decoded = Static<typeof DecodedWire>

/** A value as it is read: its problems and its state are written out when the answer is sent. */
export type ReadValue = Omit<Decoded, 'problems' | 'summary' | 'release'> & {
  problems: Problem[]
  summary: ObjectSummary | null
  release: ReadRelease | null
}

type ReadRelease = Omit<HelmRelease, 'problem'> & Pick<ShownRelease, 'problem'>

/** All inputs for reading a value; can be sent to another thread. */
export interface ValueJob {
  /** The decrypted bytes; null if no key opened them. */
  plain: Uint8Array | null
  /** The bytes as stored. */
  stored: Uint8Array
  encryption: Decoded['encryption']
  /** The key in the v3 keyspace, or the path in the v2 keyspace. */
  key?: Uint8Array
  path?: string
  modRevision?: bigint
  /** What ages are relative to, in ms since 1970; null if unknown. */
  now: number | null
  /** The text to format; undefined for the value's default one. */
  view: TextForm | 'none' | undefined
  policy: Policy
}

/** Maximum characters of a text. A value of 1.5 MB has fewer, unless its nesting indents every byte by a hundred blanks. */
export const MOST_TEXT = 6_000_000
/** Larger unknown fields are shown by their size only. */
const UNKNOWN_FIELD_MAX = 4096

/** Never throws, whatever the bytes. */
export function readValue(job: ValueJob): ReadValue {
  return written(job, decodedOf(job))
}

/** Like {@link readValue}, but null for a value with few bytes and many elements, which would take long. */
export function readSmallValue(job: ValueJob): ReadValue | null {
  const decoded = decodedOf(job, { maxElements: ELEMENTS_ON_THE_SPOT })
  return decoded.incomplete ? null : written(job, decoded)
}

function decodedOf({ plain, key }: ValueJob, limits: { maxElements?: number } = {}): DecodedValue {
  if (plain === null) return { encoding: 'encrypted', layers: [], schemaless: false, problems: [], unknownFields: [] }
  return decode(plain, { ...limits, ...(key === undefined ? {} : { key }) })
}

/** The result for a value that was given up: nothing of it is known, so nothing is shown. */
export function unreadValue({ encryption }: ValueJob, says: ProblemMessage[]): ReadValue {
  return {
    encoding: 'binary',
    layers: [],
    apiVersion: null,
    kind: null,
    schemaless: false,
    tablesEnd: NEWEST_RELEASE,
    forms: [],
    shown: null,
    summary: null,
    allocation: false,
    release: null,
    encryption,
    masked: [],
    rawMasked: true,
    problems: [{ path: '', says, severity: 'error' }],
    unknownFields: [],
    incomplete: true,
  }
}

function written(job: ValueJob, decoded: DecodedValue): ReadValue {
  const { plain, encryption } = job
  const mask = {
    ...(job.key === undefined ? {} : { key: job.key }),
    ...(job.path === undefined ? {} : { path: job.path }),
    reveal: job.policy.reveal,
    salt: job.policy.salt,
    digest,
    raw: plain ?? job.stored,
  }
  const result = maskDecoded(decoded, mask)
  const shown = result.decoded
  const isKubernetes = shown.object !== undefined && shown.apiVersion !== undefined && shown.kind !== undefined
  const release = shownRelease(decoded, shown.object, mask)
  const texts = textsOf(shown, decoded.object, isKubernetes, release, job.modRevision)
  const forms = [...texts.keys()]
  const form = job.view === 'none' ? undefined : (forms.find((one) => one === job.view) ?? forms[0])
  const text = form === undefined ? null : boundedText(form, texts.get(form)?.() ?? '')
  return {
    encoding: shown.encoding,
    layers: encryption?.decrypted ? [`encrypted (${encryption.provider})`, ...shown.layers] : shown.layers,
    apiVersion: shown.apiVersion ?? null,
    kind: shown.kind ?? null,
    schemaless: shown.schemaless,
    tablesEnd: NEWEST_RELEASE,
    forms,
    shown: form === undefined || text === null ? null : { form, text: text.text },
    summary: isKubernetes ? summarize({ ...shown, partial: undecodedIn(decoded) !== undefined }, { now: job.now }) : null,
    // Its Services are searched at one revision, which the v2 keyspace does not have.
    allocation:
      job.key !== undefined &&
      undecodedIn(decoded) === undefined &&
      shown.kind === 'RangeAllocation' &&
      shown.apiVersion === 'v1' &&
      !result.rawMasked,
    release: release === null ? null : releaseOnWire(release),
    encryption,
    masked: result.masked,
    rawMasked: result.rawMasked,
    problems: text === null || text.problem === null ? shown.problems : [text.problem, ...shown.problems],
    incomplete: decoded.incomplete === true || (text !== null && text.problem !== null),
    unknownFields: result.unknownFields.map(({ path, number, wireType, size, bytes: content }) => ({
      path,
      number,
      wireType,
      size,
      ...(content === undefined || content.length > UNKNOWN_FIELD_MAX ? {} : { bytes: Buffer.from(content).toString('base64') }),
    })),
  }
}

/** A text beyond the limit is cut after a whole line, except YAML to apply: the missing part would be removed from the object. */
function boundedText(form: TextForm, text: string): { text: string; problem: Problem | null } {
  if (text.length <= MOST_TEXT) return { text, problem: null }
  const problem = (code: 'text-cut' | 'text-too-long'): Problem => ({
    path: '',
    says: [{ code, params: { most: MOST_TEXT } }],
    severity: 'warning',
  })
  if (form === 'apply')
    return {
      text: '',
      problem: problem('text-too-long'),
    }
  const end = text.lastIndexOf('\n', MOST_TEXT)
  return {
    text: text.slice(0, end < 0 ? MOST_TEXT : end + 1),
    problem: problem('text-cut'),
  }
}

/** The texts of a value in display order, each formatted only when called. */
function textsOf(
  shown: DecodedValue,
  original: KubeObject | undefined,
  isKubernetes: boolean,
  release: ShownRelease | null,
  modRevision: bigint | undefined,
) {
  const texts = new Map<TextForm, () => string>()
  const body: KubeValue | undefined = shown.object ?? shown.value
  const { opened } = release ?? {}
  if (opened) {
    texts.set('manifest', () => opened.manifest)
    if (opened.values !== null) texts.set('values', () => renderYaml(opened.values as KubeValue, { most: MOST_TEXT }))
  }
  if (body !== undefined) {
    const served = () => withRevision(shown, modRevision) ?? body
    // Without a schema fields are sorted by number; sorting by guessed names would lose that.
    const order = { sortKeys: !shown.schemaless, most: MOST_TEXT }
    texts.set('yaml', () => renderYaml(served(), order))
    texts.set('json', () => renderJson(served(), order))
  }
  if (shown.text !== undefined) texts.set('text', () => shown.text ?? '')
  // A missing part would be removed from the object when it is applied.
  if (isKubernetes && !shown.schemaless && !shown.incomplete)
    texts.set('apply', () => applyText(shown.object as KubeObject, original ?? {}))
  return texts
}

/** Paths of masked members that are named. */
const MOST_NAMED = 20

/** A mask must not be applied as content: what is masked is left out, and a comment says so. */
function applyText(shown: KubeObject, original: KubeObject): string {
  const { object, left } = withoutMasked(shown, original)
  const yaml = renderYaml(applyable(object), { most: MOST_TEXT })
  if (left.length === 0) return yaml
  const named = left.slice(0, MOST_NAMED).map((path) => `#   ${inOneLine(path)}\n`)
  const more = left.length > MOST_NAMED ? `#   and ${left.length - MOST_NAMED} more\n` : ''
  return `# These fields are masked, so they are left out. Fill them in before you apply this:\n${named.join('')}${more}${yaml}`
}

/** A Kubernetes object of the v3 keyspace as the API server returns it: with its resource version. */
function withRevision(shown: DecodedValue, modRevision: bigint | undefined): KubeObject | undefined {
  if (shown.object === undefined || shown.apiVersion === undefined || modRevision === undefined) return undefined
  return asServed(shown.object, String(modRevision)).object
}

function releaseOnWire(release: ShownRelease): ReadRelease {
  const { storage, name, namespace, revision, status, facts, masked, problem } = release
  return { storage, name, namespace, revision, status, facts, masked, problem }
}
