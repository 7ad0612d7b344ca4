// Finds secrets in text of any encoding: manifests of Secrets, private keys, credentials of kubeconfigs, registries and service accounts; in JSON,
// YAML, nested text, base64, hexadecimal, percent-encoding and gzip.

import { latin1Text, strictUtf8 } from '../wire/text.ts'
import { encodedRuns, isCbor, isEnvelope, isGzip, percentDecoded, SHORTEST_RUN, unpackGzip } from './encoded-runs.ts'
import type { MaskReason } from './masker.ts'
import type { WorkBudget } from './work-budget.ts'
import { readDocuments, type Scalar, scalarText, unescapeAll, withLineFeeds, type YamlDocument } from './yaml-scalars.ts'

/** A part of a text to mask. */
export interface Span {
  start: number
  end: number
  why: MaskReason
  /** The part is a YAML or JSON scalar, and so must be its replacement. */
  quote?: boolean
}

/** Inspects Kubernetes values (protobuf, CBOR): why one must be masked, or null. */
export type InspectObject = (bytes: Uint8Array) => MaskReason | null

/** A shorter text cannot hold a recognisable secret. */
export const SHORTEST = 24
/** Every object has one, and it looks like base64. */
const UID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
/** Nested texts. Deeper ones are hidden without a search. */
const DEEPEST = 8
/** Maximum unpacked size of one gzip. */
const LARGEST_UNPACKED = 8 * 1024 * 1024

/** One search in one value. */
export class TextInspector {
  readonly #budget: WorkBudget
  readonly #inspectObject: InspectObject

  constructor(budget: WorkBudget, inspectObject: InspectObject) {
    this.#budget = budget
    this.#inspectObject = inspectObject
  }

  /** The parts of a text to mask, in order and without overlaps. Empty for nearly every text. */
  inspect(text: string, depth = 0): Span[] {
    if (text.length < SHORTEST || (text.length === 36 && UID.test(text))) return NOTHING
    const looks = lookAt(text)
    if (looks === 0) return NOTHING
    const whole: Span = { start: 0, end: text.length, why: 'not-searched' }
    if (depth >= DEEPEST || !this.#budget.spend(text.length)) return isSuspicious(text, looks) ? [whole] : NOTHING

    const spans: Span[] = []
    const keys = looks & DASHES ? privateKeys(text) : NOTHING
    for (const key of keys) spans.push(key)
    if (looks & TOKEN) for (const token of serviceAccountTokens(text)) spans.push(token)
    if (looks & RUN) this.#runs(text, depth, spans)
    if (looks & PERCENTS) {
      const decoded = percentDecoded(text)
      const why = decoded === null ? undefined : this.inspect(decoded, depth + 1)[0]?.why
      if (why !== undefined) spans.push({ ...whole, why })
    }
    const plain = looks & BACKSLASH ? unescapeAll(text) : text
    const named = (looks & (WORDS | BACKSLASH) ? namedIn(plain) : 0) | (looks & WORDS && BINARY_TAG.test(text) ? MANIFEST : 0)
    if (named !== 0 || (plain !== text && hidesMore(text, looks, keys.length, plain))) {
      if (this.#budget.spend(2 * text.length)) {
        const direct = joined([...spans])
        const lines = withLineFeeds(text)
        for (const document of readDocuments(lines)) this.#document(lines, document, named, depth, direct, spans)
      } else spans.push(whole)
    }
    return joined(spans)
  }

  /** Why bytes must be masked; null if nothing is found. `decoded`: as an object they were searched already. */
  inspectBytes(bytes: Uint8Array, depth = 0, decoded = false): MaskReason | null {
    if (bytes.length < SHORTEST) return null
    if (depth >= DEEPEST) return 'not-searched'
    if (isGzip(bytes)) {
      const unpacked = unpackGzip(bytes, Math.min(LARGEST_UNPACKED, this.#budget.left))
      if (unpacked === null || !this.#budget.spend(unpacked.length)) return 'not-searched'
      return this.inspectBytes(unpacked, depth + 1)
    }
    if (!decoded && (isEnvelope(bytes) || isCbor(bytes))) {
      if (!this.#budget.spend(4 * bytes.length)) return 'not-searched'
      const why = this.#inspectObject(bytes)
      if (why !== null) return why
    }
    const text = strictUtf8(bytes)
    if (text !== undefined) return this.inspect(text, depth + 1)[0]?.why ?? null
    // In binary data the start of a text is unknown: separators count as line ends.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters separate what can be read
    return this.inspect(latin1Text(bytes).replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+/g, '\n'), depth + 1)[0]?.why ?? null
  }

  #runs(text: string, depth: number, spans: Span[]): void {
    const runs = encodedRuns(text, {
      spend: (units) => this.#budget.spend(units),
      refused: (start, end) => spans.push({ start, end, why: 'not-searched' }),
    })
    let masked = 0
    for (const { start, end, bytes } of runs) {
      if (start < masked) continue
      const why = this.inspectBytes(bytes, depth + 1)
      if (why === null) continue
      spans.push({ start, end, why })
      masked = end
    }
  }

  #document(text: string, document: YamlDocument, named: number, depth: number, direct: readonly Span[], spans: Span[]): void {
    const { start, end, scalars, comments, loose } = document
    const facts = new DocumentFacts()
    const names: string[] = []
    const credentials: { name: string; scalar: Scalar; says: string }[] = []
    let aliased = false
    for (const [i, scalar] of scalars.entries()) {
      const length = scalar.end - scalar.start
      if (scalar.key) {
        const name = length > LONGEST_NAME ? '' : saidBy(text, scalar).toLowerCase()
        names[i] = name
        facts.key(name, scalar.mapping)
        continue
      }
      const name = names[scalar.under] ?? ''
      if (length <= LONGEST_NAME && named !== 0) {
        const says = saidBy(text, scalar).toLowerCase()
        if (says === 'secret') facts.secretWord = true
        else if (says === 'kind') facts.kindWord = true
        if (scalar.direct && name === 'kind') facts.kind(says, scalars[scalar.under]?.mapping ?? 0)
      }
      if (named !== 0 && mayHoldCredential(name))
        credentials.push({ name, scalar, says: length > LONGEST_LOGIN ? '' : saidBy(text, scalar) })
      aliased ||= scalar.style === 'alias'
      if (length >= SHORTEST) this.#scalar(text, scalar, named, depth, direct, spans)
    }
    for (const comment of commentBlocks(text, comments)) {
      const [inner] = this.inspect(comment.text, depth + 1)
      if (inner !== undefined) spans.push({ start: comment.start, end: comment.end, why: inner.why })
    }
    const whole = trimmed(text, start, end)
    if ((named & MANIFEST && facts.holdsSecret(document)) || (loose && saysManifest(unescapeAll(text.slice(start, end))))) {
      spans.push({ ...whole, why: 'manifest' })
      return
    }
    if (facts.holdsOAuth()) {
      spans.push({ ...whole, why: 'oauth' })
      return
    }
    facts.login = credentials.some(({ name, says }) => name === 'auth' && isLogin(says))
    for (const { name, scalar, says } of credentials) {
      const why = facts.credential(name, says, loose)
      // The text of an alias is elsewhere.
      if (why !== null) spans.push(aliased ? { ...whole, why } : { start: scalar.start, end: scalar.end, why, quote: true })
    }
  }

  /** A scalar with escapes or several lines contains text that the surrounding text does not show. */
  #scalar(text: string, scalar: Scalar, named: number, depth: number, direct: readonly Span[], spans: Span[]): void {
    const { start, end, style } = scalar
    if (style === 'alias') return
    if (style === 'plain') {
      const says = text.slice(start, end)
      if (named !== 0 && saysManifest(says)) spans.push({ start, end, why: 'manifest', quote: true })
      // Escapes mean nothing here, except to a human reader.
      else if (says.includes('\\')) {
        const [inner] = this.inspect(unescapeAll(says), depth + 1)
        if (inner !== undefined) spans.push({ start, end, why: inner.why, quote: true })
      }
      return
    }
    const inner = this.inspect(saidBy(text, scalar), depth + 1)
    if (inner.length === 0) return
    // What is visible without resolving it is masked in place, and the rest of the scalar stays.
    const seen = within(direct, start, end)
    if (inner.length <= seen.length && inner.every(({ why }, i) => seen[i]?.why === why)) return
    spans.push({ start, end, why: inner[0]?.why ?? 'manifest', quote: true })
  }
}

const NOTHING: Span[] = []
const LONGEST_NAME = 200
const LONGEST_LOGIN = 4000

// --- quick scan of a text ---------------------------------------------------------------------------------------------------------------

const DASHES = 1
const TOKEN = 2
const RUN = 4
const PERCENTS = 8
const BACKSLASH = 16
const WORDS = 32

/** Letters of base64 and hexadecimal; 2 for a backslash, 3 for a percent sign. */
const CLASSES = new Uint8Array(128)
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-') CLASSES[letter.charCodeAt(0)] = 1
CLASSES['\\'.charCodeAt(0)] = 2
CLASSES['%'.charCodeAt(0)] = 3

const INTERESTING = /secret|auth|users|token|binary/i

/** Flags that justify a closer look, from one pass. 0 for nearly every text. */
function lookAt(text: string): number {
  let looks = 0
  let run = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const kind = code < 128 ? CLASSES[code] : 0
    if (kind === 1) {
      run += 1
      if (run === SHORTEST_RUN) looks |= RUN
      continue
    }
    run = 0
    if (kind === 2) looks |= BACKSLASH
    else if (kind === 3) looks |= PERCENTS
  }
  if (INTERESTING.test(text)) looks |= WORDS
  if (text.includes('---') && PRIVATE_KEY_WORDS.test(text)) looks |= DASHES
  if ((looks & RUN) !== 0 && text.includes('eyJ')) looks |= TOKEN
  return looks
}

/** Used when no budget or depth is left. */
function isSuspicious(text: string, looks: number): boolean {
  return (looks & (DASHES | TOKEN | RUN | PERCENTS)) !== 0 || namedIn(looks & BACKSLASH ? unescapeAll(text) : text) !== 0
}

// --- secrets by words -------------------------------------------------------------------------------------------------------------------

const MANIFEST = 1
const KUBECONFIG = 2
const LOGIN = 4
const OAUTH = 8
const ENCRYPTION = 16
const BOOTSTRAP = 32

const BINARY_TAG = /![\w:.,!<-]{0,40}binary/
const BOOTSTRAP_TOKEN = /\b[a-z0-9]{6}\.[a-z0-9]{16}\b/

/** Kinds of secrets that a text may contain, by its words; escapes must be resolved first. */
function namedIn(text: string): number {
  let named = 0
  if (/secret/i.test(text)) {
    if (/data|items/i.test(text)) named |= MANIFEST
    if (/encryptionconfig/i.test(text)) named |= ENCRYPTION
  }
  if (/users/i.test(text) && /token|password|client-key-data|auth-provider|exec/i.test(text)) named |= KUBECONFIG
  if (/auth["']?[ \t]*:|auths|identitytoken|registrytoken/i.test(text)) named |= LOGIN
  if (/oauth(?:access|authorize)token|oauthclient/i.test(text)) named |= OAUTH
  if (/token/i.test(text) && BOOTSTRAP_TOKEN.test(text)) named |= BOOTSTRAP
  return named
}

/** By words alone, for text that is not YAML: it names the kind and has content, in any style. */
function saysManifest(text: string): boolean {
  return /kind[\\"']*\s*:\s*[\\"']*Secret(?:List)?\b(?![-.])/i.test(text) && /\b(?:data|stringData)[\\"']*\s*:/i.test(text)
}

/** What the keys and kinds of one document indicate. */
class DocumentFacts {
  /** A scalar is `Secret` or `kind`, which an alias may refer to. */
  secretWord = false
  kindWord = false
  /** A key `auth` contains `user:password` in base64, as in Docker's files before `auths`. */
  login = false
  readonly #secrets = new Map<number, { kind: string; data: boolean; items: boolean }>()
  readonly #keys = new Set<string>()
  readonly #kinds = new Set<string>()

  key(name: string, mapping: number): void {
    this.#keys.add(name)
    if (name === 'data' || name === 'stringdata') this.#of(mapping).data = true
    else if (name === 'items') this.#of(mapping).items = true
  }

  kind(kind: string, mapping: number): void {
    this.#kinds.add(kind)
    if (kind === 'secret' || kind === 'secretlist') this.#of(mapping).kind = kind
  }

  #of(mapping: number): { kind: string; data: boolean; items: boolean } {
    const known = this.#secrets.get(mapping)
    if (known !== undefined) return known
    const made = { kind: '', data: false, items: false }
    this.#secrets.set(mapping, made)
    return made
  }

  holdsSecret({ loose, open }: YamlDocument): boolean {
    const keys = this.#keys
    for (const [mapping, { kind, data, items }] of this.#secrets) {
      if (kind !== '' && (data || (items && kind === 'secretlist'))) return true
      // Cut before its kind.
      if (data && kind === '' && open.has(mapping) && !this.#kinds.has('configmap')) return true
    }
    if (!loose) return false
    const named = this.#kinds.has('secret') || this.#kinds.has('secretlist') || (this.secretWord && (this.kindWord || keys.has('kind')))
    return named && (keys.has('data') || keys.has('stringdata'))
  }

  holdsOAuth(): boolean {
    if (this.#kinds.has('oauthaccesstoken') || this.#kinds.has('oauthauthorizetoken')) return true
    return this.#kinds.has('oauthclient') && (this.#keys.has('secret') || this.#keys.has('additionalsecrets'))
  }

  /** Why the value of a key is a credential; null if it is not. */
  credential(name: string, says: string, loose: boolean): MaskReason | null {
    const keys = this.#keys
    const kinds = this.#kinds
    if (name.includes('token') && isBootstrapToken(says)) return 'token'
    if ((keys.has('auths') || this.login) && LOGIN_SECRETS.has(name)) return 'registry-login'
    if (name === 'secret' && (kinds.has('encryptionconfiguration') || kinds.has('encryptionconfig'))) return 'encryption-key'
    const config =
      kinds.has('config') || keys.has('clusters') || keys.has('contexts') || keys.has('current-context') || (keys.has('user') && !loose)
    if (config && keys.has('users') && (KUBECONFIG_SECRETS.has(name) || EXEC_MEMBERS.has(name))) return 'kubeconfig'
    return null
  }
}

// --- credentials by the name of their key -----------------------------------------------------------------------------------------------

/** Members of a kubeconfig user and its auth provider's config. */
export const KUBECONFIG_SECRETS: ReadonlySet<string> = new Set([
  'token',
  'password',
  'client-key-data',
  'id-token',
  'access-token',
  'refresh-token',
  'client-secret',
])
/** The members of a kubeconfig user with the environment and arguments of a command. */
export const EXEC_MEMBERS: ReadonlySet<string> = new Set(['value', 'args'])
/** For a registry in Docker's config.json. */
export const LOGIN_SECRETS: ReadonlySet<string> = new Set(['auth', 'password', 'identitytoken', 'registrytoken'])

function mayHoldCredential(name: string): boolean {
  return name.includes('token') || name === 'secret' || KUBECONFIG_SECRETS.has(name) || EXEC_MEMBERS.has(name) || LOGIN_SECRETS.has(name)
}

/** kubeadm's format: `abcdef.0123456789abcdef`. */
export function isBootstrapToken(text: string): boolean {
  return text.length === 23 && /^[a-z0-9]{6}\.[a-z0-9]{16}$/.test(text)
}

/** Base64 of `user:password`. */
export function isLogin(text: string): boolean {
  if (text.length < 4 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return false
  try {
    return /^[^:\s]+:[\s\S]+$/.test(atob(text.replaceAll('-', '+').replaceAll('_', '/')))
  } catch {
    return false
  }
}

// --- keys and tokens by their form ------------------------------------------------------------------------------------------------------

/** Whether resolving a text's escapes reveals something that a direct search does not see. */
function hidesMore(text: string, looks: number, keys: number, plain: string): boolean {
  const more = lookAt(plain)
  if ((more & (TOKEN | RUN) & ~looks) !== 0 || ((more & RUN) !== 0 && text.includes('\\/'))) return true
  return (more & DASHES) !== 0 && privateKeys(plain).length > keys
}

const PRIVATE_KEY_WORDS = /PRIVATE KEY|SSH2 ENCRYPTED/
const PRIVATE_KEY_BEGIN = /-----? ?BEGIN [A-Z0-9 ]{0,40}(?:PRIVATE KEY(?: BLOCK)?|SSH2 ENCRYPTED PRIVATE KEY) ?-{4,5}/g
const PRIVATE_KEY_END = /-----? ?END [A-Z0-9 ]{0,40}(?:PRIVATE KEY(?: BLOCK)?|SSH2 ENCRYPTED PRIVATE KEY) ?-{4,5}/g

/** Every private key in PEM (also OpenSSH and PGP), from its first to its last line, or to the end of the text if that is missing. */
function privateKeys(text: string): Span[] {
  const spans: Span[] = []
  let ends = true
  PRIVATE_KEY_BEGIN.lastIndex = 0
  for (let begin = PRIVATE_KEY_BEGIN.exec(text); begin !== null; begin = PRIVATE_KEY_BEGIN.exec(text)) {
    const content = begin.index + begin[0].length
    PRIVATE_KEY_END.lastIndex = content
    const end: RegExpExecArray | null = ends ? PRIVATE_KEY_END.exec(text) : null
    ends = end !== null
    const key = text.slice(content, end === null ? content + 400 : end.index)
    // A text that only mentions keys has none after these words.
    const isKey = end === null ? /^(?:\s|\\+[rn]|["',])*(?:[A-Za-z0-9+/=]{16}|[A-Za-z-]{4,20}: )/.test(key) : /[A-Za-z0-9+/=]{4}/.test(key)
    if (!isKey) continue
    const last = end === null ? text.length : end.index + end[0].length
    spans.push({ start: begin.index, end: last, why: 'private-key' })
    PRIVATE_KEY_BEGIN.lastIndex = last
  }
  return spans
}

/** Whether the text contains the start of a private key but not its end. */
export function opensPrivateKey(text: string): boolean {
  return /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----\s*$/.test(text)
}

/** Whether the text contains the end of a private key. */
export function closesPrivateKey(text: string): boolean {
  return /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/.test(text)
}

/** Service account tokens: JSON Web Tokens with a matching subject or issuer. */
function serviceAccountTokens(text: string): Span[] {
  const spans: Span[] = []
  for (const match of text.matchAll(/(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]+\.(eyJ[A-Za-z0-9_-]+)\.[A-Za-z0-9_-]{16,}/g)) {
    let claims = ''
    try {
      claims = atob((match[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))
    } catch {
      // Not a token after all.
    }
    if (/system:serviceaccount:|kubernetes\/serviceaccount/.test(claims))
      spans.push({ start: match.index, end: match.index + match[0].length, why: 'token' })
  }
  return spans
}

// --- parts ------------------------------------------------------------------------------------------------------------------------------

/** The trimmed text of a scalar; for `!!binary` the decoded content. */
function saidBy(text: string, scalar: Scalar): string {
  const said = scalarText(text, scalar).trim()
  if (!scalar.binary) return said
  try {
    return atob(said.replace(/\s/g, ''))
  } catch {
    return said
  }
}

/** Consecutive comment lines, as the text that they comment out. */
function* commentBlocks(text: string, comments: YamlDocument['comments']): Generator<{ start: number; end: number; text: string }> {
  for (let i = 0; i < comments.length; ) {
    const first = comments[i]
    if (first === undefined) return
    let { end } = first
    const lines: string[] = []
    for (; i < comments.length; i++) {
      const comment = comments[i]
      if (comment === undefined || (lines.length > 0 && text.slice(end, comment.start).trim() !== '')) break
      lines.push(text.slice(comment.start, comment.end).replace(/^(?:#+|\/\/|\/\*) ?/, ''))
      end = comment.end
    }
    yield { start: first.start, end, text: lines.join('\n') }
  }
}

function trimmed(text: string, start: number, end: number): { start: number; end: number } {
  let from = start
  let to = end
  while (from < to && /\s/.test(text.charAt(from))) from += 1
  while (to > from && /\s/.test(text.charAt(to - 1))) to -= 1
  return { start: from, end: to }
}

/** The parts between `start` and `end`. */
function within(spans: readonly Span[], start: number, end: number): readonly Span[] {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((spans[middle]?.start ?? 0) <= start) low = middle + 1
    else high = middle
  }
  let last = low
  while ((spans[last]?.end ?? Number.POSITIVE_INFINITY) < end) last += 1
  return spans.slice(low, last)
}

/** Sorted, with overlapping parts merged: the widest gives the reason. */
function joined(spans: Span[]): Span[] {
  if (spans.length < 2) return spans
  spans.sort((a, b) => a.start - b.start || b.end - a.end)
  const result: Span[] = []
  for (const span of spans) {
    const last = result.at(-1)
    if (last === undefined || span.start >= last.end) result.push({ ...span })
    else if (span.end > last.end) last.end = span.end
  }
  return result
}

/** Replaces each part of a text. `replacement` receives the part and must return text without quotes and backslashes. */
export function replaceSpans(text: string, spans: readonly Span[], replacement: (part: string, why: MaskReason) => string): string {
  let out = ''
  let at = 0
  for (const { start, end, why, quote } of spans) {
    const part = text.slice(start, end)
    const shown = replacement(part, why)
    out += text.slice(at, start) + (quote ? `"${shown}"${part.endsWith('\n') ? '\n' : ''}` : shown)
    at = end
  }
  return out + text.slice(at)
}
