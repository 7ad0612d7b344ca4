// A step of Vite: compiles the ICU messages of the catalogues, and writes every file that has some once in each language. So a browser gets the words
// of one language, of what it loads, without patterns and their parser.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { type Plugin, type Rolldown, runnerImport } from 'vite'
import type { Catalogue } from '../../packages/messages/src/catalogue.ts'
import { compile } from '../../packages/messages/src/compile.ts'
import { LANGUAGES } from '../../packages/messages/src/languages.ts'

/** For `resolve.conditions`: what `@registree/messages` then does without the parser. */
export const COMPILED = 'registree-compiled'

const SOURCES = path.resolve(import.meta.dirname, '../../packages/messages/src')
const CATALOGUE = /[\\/]packages[\\/]messages[\\/]src[\\/]en[\\/](.*)\.ts$/

/** The server's answers hold their English text: only translations of its messages are needed, except of those that pages say themselves. */
const answersHoldIt = (name: string) => !name.startsWith('page/') && name !== 'queries'

/** Placeholder of a catalogue until its language is chosen. It holds a hash of the messages in all languages, so that the file's name changes with them. */
const PLACE = /__REGISTREE_MESSAGES__\(\s*[`'"]([^`'"]*) \w+[`'"]\s*\)/g

type Whole = Record<string, Catalogue> & { page?: Record<string, Catalogue> }

const imported = async <M extends object>(file: string): Promise<M> =>
  (await runnerImport<M>(path.join(SOURCES, file), { configFile: false, logLevel: 'error' })).module

/** The messages of one language, for a build that has no other. */
export function compiledWords(language: string): Plugin {
  let whole: Promise<Whole | undefined> | null = null
  return {
    name: 'registree-compiled-words',
    enforce: 'pre',
    load: {
      filter: { id: CATALOGUE },
      async handler(file) {
        const [, name = ''] = CATALOGUE.exec(file) ?? []
        whole ??= imported<{ default?: Whole; en?: Whole }>(`${language}.ts`).then(({ default: translated, en }) => translated ?? en)
        const said = await whole
        return [...(await readFile(file, 'utf8')).matchAll(/^export const (\w+)/gm)]
          .map(([, key = '']) => {
            const catalogue = name.startsWith('page/') ? said?.page?.[key] : said?.[key]
            if (catalogue === undefined) throw new Error(`packages/messages/src/${language}.ts lacks ${key} of en/${name}.ts`)
            return `export const ${key} = ${language === 'en' && answersHoldIt(name) ? 'null' : JSON.stringify(compiled(catalogue))}\n`
          })
          .join('')
      },
    },
  }
}

export function compiledMessages(): Plugin[] {
  /** By `language file#export`, as JSON. */
  const messages = new Map<string, string>()

  /** What each language says, all of it. */
  const wholes = new Map<string, Promise<Whole>>()

  function wholeOf(language: string): Promise<Whole> {
    const known = wholes.get(language)
    if (known !== undefined) return known
    const whole = imported<{ default?: Whole; en?: Whole }>(`${language}.ts`).then(({ default: translated, en }) => {
      const said = translated ?? en
      if (said === undefined) throw new Error(`packages/messages/src/${language}.ts has no default export`)
      return said
    })
    wholes.set(language, whole)
    return whole
  }

  async function read(name: string): Promise<string[]> {
    const exported = Object.keys(await imported<Record<string, Catalogue>>(`en/${name}.ts`))
    for (const language of Object.keys(LANGUAGES)) {
      const whole = await wholeOf(language)
      for (const key of exported) {
        const catalogue = name.startsWith('page/') ? whole.page?.[key] : whole[key]
        if (catalogue === undefined) throw new Error(`packages/messages/src/${language}.ts lacks ${key} of en/${name}.ts`)
        messages.set(`${language} ${name}#${key}`, language === 'en' && answersHoldIt(name) ? 'null' : JSON.stringify(compiled(catalogue)))
      }
    }
    return exported
  }
  const said = (language: string, id: string) => {
    const text = messages.get(`${language} ${id}`)
    if (text === undefined) throw new Error(`${language} has no ${id}`)
    return text
  }
  const inAll = (id: string) => Object.keys(LANGUAGES).map((language) => said(language, id))

  return [
    {
      name: 'registree-compiled-messages',
      apply: 'build',
      enforce: 'pre',
      load: {
        filter: { id: CATALOGUE },
        async handler(file) {
          const [, name = ''] = CATALOGUE.exec(file) ?? []
          return (await read(name))
            .map((key) => {
              const hash = createHash('sha256')
                .update(inAll(`${name}#${key}`).join())
                .digest('hex')
                .slice(0, 12)
              return `export const ${key} = /* @__PURE__ */ __REGISTREE_MESSAGES__('${name}#${key} ${hash}')\n`
            })
            .join('')
        },
      },
      generateBundle: {
        order: 'post',
        handler(_, bundle) {
          const spoken = spokenChunks(bundle)
          for (const language of Object.keys(LANGUAGES).filter((one) => one !== 'en')) {
            const folder = `assets/${language}`
            // What they say is at other addresses; what they share with the other languages is one folder up.
            const moved = (text: string) => [...spoken].reduce((all, file) => all.replaceAll(file, file.replace('assets', folder)), text)
            for (const chunk of Object.values(bundle)) {
              if (chunk.type !== 'chunk' || !spoken.has(chunk.fileName)) continue
              const source = moved(
                chunk.code.replace(PLACE, (_all, id: string) => `/*messages*/${said(language, id)}/*messages*/`),
              ).replace(/(["'`])\.\/([\w.-]+\.js)\1/g, (all, quote: string, name: string) =>
                spoken.has(`assets/${name}`) ? all : `${quote}../${name}${quote}`,
              )
              this.emitFile({ type: 'asset', fileName: chunk.fileName.replace('assets', folder), source })
            }
            for (const [name, ending] of [
              ['index', 'html'],
              ['pages', 'json'],
            ] as const) {
              const file = bundle[`${name}.${ending}`]
              if (file?.type !== 'asset') return this.error(`${name}.${ending} has not been written yet`)
              const source = moved(String(file.source)).replace('<html lang="en">', `<html lang="${language}">`)
              this.emitFile({ type: 'asset', fileName: `${name}.${language}.${ending}`, source })
            }
          }
          // English has none of these, and no page loads them.
          const pages = bundle['pages.json']
          if (pages?.type === 'asset') pages.source = withoutFiles(String(pages.source), translationsOnly(bundle))
          for (const chunk of Object.values(bundle))
            if (chunk.type === 'chunk') chunk.code = chunk.code.replace(PLACE, (_all, id: string) => said('en', id))
        },
      },
    },
    {
      name: 'registree-messages-in-development',
      apply: 'serve',
      enforce: 'pre',
      load: {
        filter: { id: CATALOGUE },
        async handler(file) {
          const [, name = ''] = CATALOGUE.exec(file) ?? []
          // It may have changed.
          wholes.clear()
          return (await read(name))
            .map((key) => {
              const all = Object.keys(LANGUAGES).map((language) => `${JSON.stringify(language)}: ${said(language, `${name}#${key}`)}`)
              return `export const ${key} = ({${all.join()}})[document.documentElement.lang]\n`
            })
            .join('')
        },
      },
      // The built server would choose. `?lang=` is for development only.
      transformIndexHtml: (html, { originalUrl = '' }) => {
        const asked = /[?&]lang=([\w-]+)/.exec(originalUrl)?.[1] ?? ''
        return Object.hasOwn(LANGUAGES, asked) ? html.replace('<html lang="en">', `<html lang="${asked}">`) : html
      },
    },
  ]
}

/** The names of the files that have nothing but translations of what answers say. */
function translationsOnly(bundle: Rolldown.OutputBundle): Set<string> {
  const only = (id: string) => {
    const [, name] = CATALOGUE.exec(id) ?? []
    return name !== undefined && answersHoldIt(name)
  }
  return new Set(Object.values(bundle).flatMap((file) => (file.type === 'chunk' && file.moduleIds.every(only) ? [file.fileName] : [])))
}

/** `pages.json` without these files. */
function withoutFiles(pages: string, files: ReadonlySet<string>): string {
  const all = Object.entries(JSON.parse(pages) as Record<string, string[]>)
  return JSON.stringify(Object.fromEntries(all.map(([page, names]) => [page, names.filter((name) => !files.has(name.slice(1)))])))
}

/** The names of the files that have messages, or import one that has. */
function spokenChunks(bundle: Rolldown.OutputBundle): Set<string> {
  const chunks = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? [file] : []))
  const spoken = new Set(chunks.filter(({ code }) => code.search(PLACE) >= 0).map(({ fileName }) => fileName))
  for (let before = -1; before !== spoken.size; ) {
    before = spoken.size
    for (const { fileName, imports, dynamicImports } of chunks)
      if ([...imports, ...dynamicImports].some((other) => spoken.has(other))) spoken.add(fileName)
  }
  return spoken
}

const compiled = (one: string | Catalogue): unknown =>
  typeof one === 'string' ? compile(one) : Object.fromEntries(Object.entries(one).map(([name, inner]) => [name, compiled(inner)]))
