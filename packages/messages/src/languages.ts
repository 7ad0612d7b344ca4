// The languages that Registree speaks, and which of them suits a reader.

/** Names are written in the language itself. */
export const LANGUAGES = {
  en: { name: 'English' },
  'zh-Hans': { name: '简体中文' },
  'zh-Hant': { name: '繁體中文' },
} as const

/** A BCP 47 tag. */
export type Language = keyof typeof LANGUAGES

/** The first language of `preferred` (BCP 47 tags, as in `navigator.languages`) that Registree speaks; English if there is none. */
export function chooseLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const language = spoken(tag)
    if (language !== null) return language
  }
  return 'en'
}

function spoken(tag: string): Language | null {
  let locale: Intl.Locale
  try {
    // Adds the script that a region implies: zh-TW is zh-Hant-TW.
    locale = new Intl.Locale(tag).maximize()
  } catch {
    return null
  }
  const tags = [`${locale.language}-${locale.script}`, locale.language]
  return (Object.keys(LANGUAGES) as Language[]).find((language) => tags.includes(language)) ?? null
}
