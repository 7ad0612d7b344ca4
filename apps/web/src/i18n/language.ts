// The language of the pages. The server chooses it and sends the files of that language; here it is only known and switched.

import { LANGUAGE_COOKIE } from '@registree/contract'
import { LANGUAGES, type Language, type Messages, messagesIn } from '@registree/messages'
import type { en } from '@registree/messages/en'

type English = typeof en

export const language: Language = languageOf(globalThis.document?.documentElement.lang ?? 'en')

function languageOf(tag: string): Language {
  return Object.hasOwn(LANGUAGES, tag) ? (tag as Language) : 'en'
}

const A_YEAR_S = 365 * 24 * 3600

/** Loads the page again in another language, at the same address. */
export function switchLanguage(next: Language): void {
  if (next === language) return
  // biome-ignore lint/suspicious/noDocumentCookie: the other interface to cookies exists in secure contexts only
  document.cookie = `${LANGUAGE_COOKIE}=${next}; Path=/; Max-Age=${A_YEAR_S}; SameSite=Lax`
  location.reload()
}

/**
 * The texts of a part of the pages in the language of the reader.
 * @param catalogue the part of the English catalogue, which types them; the build puts that of the language in its place
 */
export function pageMessages<N extends keyof English['page']>(_part: N, catalogue: English['page'][N]): Messages<English['page'][N]> {
  return messagesIn(language, catalogue)
}
