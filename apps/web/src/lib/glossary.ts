// The terms that puzzle who looks into etcd for the first time, and which of them a key or a directory is.
import { glossary } from '@registree/messages/en/page/glossary'
import { pageMessages } from '../i18n/language.ts'

export const glossaryText = pageMessages('glossary', glossary)

export type Term = keyof typeof glossaryText.terms

/** Names at the end of a key or a directory that need an explanation wherever they are. */
const TERMS: Readonly<Record<string, Term>> = {
  'minions/': 'minions',
  'ranges/': 'ranges',
  'masterleases/': 'masterleases',
  compact_rev_key: 'compactRevKey',
}

/** The term for the key or directory of this text, if there is one. */
export function termOfKey(key: string): Term | null {
  const name = /[^/]*\/?$/.exec(key)?.[0] ?? ''
  return Object.hasOwn(TERMS, name) ? (TERMS[name] ?? null) : null
}
