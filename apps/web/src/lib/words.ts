// Translations of what the server says as codes: English has none, as answers hold it; a file of them is loaded when an answer needs it, or once the
// page is complete.
import { queries } from '@registree/messages/en/queries'
import { language } from '../i18n/language.ts'
import { laterModule } from '../ui/later.tsx'

type Catalogue = Readonly<Record<string, string>>

const FILES = {
  containers: () => import('@registree/messages/en/containers'),
  errors: () => import('@registree/messages/en/errors'),
  files: () => import('@registree/messages/en/files'),
  finalizers: () => import('@registree/messages/en/finalizers'),
  findings: () => import('@registree/messages/en/findings'),
  flannel: () => import('@registree/messages/en/flannel'),
  notes: () => import('@registree/messages/en/notes'),
  notices: () => import('@registree/messages/en/notices'),
  problems: () => import('@registree/messages/en/problems'),
  related: () => import('@registree/messages/en/related'),
  states: () => import('@registree/messages/en/states'),
} satisfies Record<string, () => Promise<object>>

/** A file of translations. */
export type WordFile = keyof typeof FILES

const ALL = Object.keys(FILES) as WordFile[]

/** The catalogues that have been loaded. Pages say queries themselves. */
const catalogues = new Map<string, Catalogue>([['queries', queries]])
/** What parameters of a message are made of: everything but the labels of relations, which are no sentences. */
let everyMessage: Catalogue = { ...queries }
/** How long an answer waits for a file, in ms: then its English stands. */
const PATIENCE_MS = 3000
/** After a failure a file is not requested again for so long, in ms. */
const AGAIN_MS = 5000

/** Files that are being loaded or have been: settled also by the end of patience. */
const loading = new Map<WordFile, Promise<void>>()
let loaded = 0

/** Resolves when the file is there, or is not worth waiting for. */
function load(file: WordFile): Promise<void> {
  let promise = loading.get(file)
  if (promise === undefined) {
    const patience = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS))
    const there = FILES[file]().then(
      (module) => {
        for (const [noun, catalogue] of Object.entries<Catalogue>(module as object as Record<string, Catalogue>)) {
          catalogues.set(noun, catalogue)
          if (noun !== 'relations') everyMessage = { ...everyMessage, ...catalogue }
        }
        loaded++
      },
      // The server is down, or was rebuilt: its English stands meanwhile.
      () => {
        setTimeout(() => loading.delete(file), AGAIN_MS)
      },
    )
    promise = Promise.race([there, patience])
    loading.set(file, promise)
  }
  return promise
}

export const words = {
  /** Null if it has not been loaded. */
  of: (noun: string): Catalogue | null => catalogues.get(noun) ?? null,
  every: (): Catalogue => everyMessage,
  /** Changes when more is loaded. */
  version: (): number => loaded,
}

/** Loads these files now, since an answer that is being requested probably needs them. */
export function expectWords(files: readonly WordFile[]): void {
  if (language !== 'en') for (const file of files) void load(file)
}

/** Codes of messages and notices. */
const CODE = /"code":"([a-z][a-z\d-]*)"/g
/** And of errors, which alone have a title; elsewhere it may be a parameter. */
const REASON = /"reason":"([a-z][a-z\d-]*)"/g

/**
 * Null if this answer (JSON) can be said in the reader's language now, else a promise of that moment: until then it must not be shown, as its English
 * would be replaced. It resolves too when that takes too long, and rejects at an abort.
 * @param likely the files that it probably needs; all others are loaded if these are not enough
 */
export function wordsFor(answer: string, likely: readonly WordFile[] = [], signal?: AbortSignal): Promise<void> | null {
  if (language === 'en' || canSay(answer)) return null
  return (async () => {
    await someOf(likely, answer, signal)
    if (!canSay(answer)) await someOf(ALL, answer, signal)
  })()
}

/** Loads these files until the answer can be said, or is not wanted. */
function someOf(files: readonly WordFile[], answer: string, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      signal?.removeEventListener('abort', end)
      if (signal?.aborted) reject(signal.reason)
      else resolve()
    }
    if (signal?.aborted) return end()
    signal?.addEventListener('abort', end)
    void Promise.all(files.map((file) => load(file).then(() => canSay(answer) && end()))).then(end)
  })
}

function canSay(answer: string): boolean {
  // A code that no file has is one of a newer server.
  if (loaded === ALL.length) return true
  const codes = [...answer.matchAll(CODE), ...(answer.includes('"title":') ? answer.matchAll(REASON) : [])]
  for (const [, code = ''] of codes)
    if (!Object.hasOwn(everyMessage, code) && !Object.hasOwn(catalogues.get('relations') ?? {}, code)) return false
  return true
}

if (language !== 'en') laterModule(() => Promise.all(ALL.map(load)))
