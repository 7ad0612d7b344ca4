// The language of the pages: chosen before anything says a word, so that no text changes while a page is open.
import { chooseLanguage, LANGUAGES, type Language, type Messages, messagesIn, type Translation } from '@registree/messages'
import type { en } from '@registree/messages/en'

type English = typeof en

/** One chunk each, loaded by who reads it. English comes with the pages that say it. */
const translations: Record<Exclude<Language, 'en'>, () => Promise<{ default: Translation<English> }>> = {
  'zh-Hans': () => import('@registree/messages/zh-Hans'),
  'zh-Hant': () => import('@registree/messages/zh-Hant'),
}

const KEY = 'registree.language'

export let language: Language = 'en'
let translation: Translation<English> | null = null

/** To be awaited before a module with texts is imported: they are made when it is evaluated. */
export async function loadLanguage(): Promise<void> {
  const wanted = wantedLanguage()
  if (wanted !== 'en') {
    try {
      translation = (await translations[wanted]()).default
      language = wanted
    } catch {
      // English is better than an empty page.
    }
  }
  document.documentElement.lang = language
}

function wantedLanguage(): Language {
  try {
    const stored = localStorage.getItem(KEY)
    if (stored !== null && Object.hasOwn(LANGUAGES, stored)) return stored as Language
  } catch {
    // A browser that keeps nothing has preferences all the same.
  }
  return chooseLanguage(navigator.languages)
}

/** Loads the page again in another language, at the same address. */
export function switchLanguage(next: Language): void {
  if (next === language) return
  try {
    localStorage.setItem(KEY, next)
  } catch {
    // Where nothing is kept, the browser’s own preference stays the only one.
  }
  location.reload()
}

/** The texts of a part of the pages in the language of the reader. */
export function pageMessages<N extends keyof English['page']>(part: N, english: English['page'][N]): Messages<English['page'][N]> {
  return messagesIn(language, english, translation?.page[part] as Translation<English['page'][N]> | undefined)
}

/** The patterns of a noun in the language of the reader, for codes and parameters that come from the server. */
export function patternsOf<N extends Exclude<keyof English, 'page'>>(noun: N, english: English[N]): Translation<English[N]> {
  return (translation?.[noun] as Translation<English[N]> | undefined) ?? (english as Translation<English[N]>)
}

/** The patterns of a part of the pages, for codes and parameters that come from the server. */
export function pagePatterns<N extends keyof English['page']>(part: N, english: English['page'][N]): Translation<English['page'][N]> {
  return (translation?.page[part] as Translation<English['page'][N]> | undefined) ?? (english as Translation<English['page'][N]>)
}
