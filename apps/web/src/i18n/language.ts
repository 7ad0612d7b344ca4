// The language of the pages: chosen before anything says a word, so that no text changes while a page is open.
import { chooseLanguage, LANGUAGES, type Language, type Translation } from '@registree/messages'
import type { en } from '@registree/messages/en'

type English = typeof en

/** One chunk each, loaded by who reads it. English comes with the pages that say it. */
const translations: Record<Exclude<Language, 'en'>, () => Promise<{ default: Translation<English> }>> = {
  'zh-Hans': () => import('@registree/messages/zh-Hans'),
  'zh-Hant': () => import('@registree/messages/zh-Hant'),
}

const KEY = 'registree.language'

function wanted(): Language {
  // Unit tests have no page and no reader.
  if (typeof document === 'undefined') return 'en'
  try {
    const stored = localStorage.getItem(KEY)
    if (stored !== null && Object.hasOwn(LANGUAGES, stored)) return stored as Language
  } catch {
    // A browser that keeps nothing has preferences all the same.
  }
  return chooseLanguage(navigator.languages)
}

async function load(): Promise<{ language: Language; translation: Translation<English> | null }> {
  const language = wanted()
  if (language === 'en') return { language, translation: null }
  try {
    return { language, translation: (await translations[language]()).default }
  } catch {
    // English is better than an empty page.
    return { language: 'en', translation: null }
  }
}

const { language, translation } = await load()
if (typeof document !== 'undefined') document.documentElement.lang = language

export { language }

/** The patterns of a noun in the language of the reader, for codes and parameters that come from the server. */
export function patternsOf<N extends keyof English>(noun: N, english: English[N]): Translation<English[N]> {
  return (translation?.[noun] as Translation<English[N]> | undefined) ?? (english as Translation<English[N]>)
}
