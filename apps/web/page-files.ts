// Steps of the build about the files that a page loads first: writes pages.json, which says for each page which files its code is in, beside those that the first script imports.
import type { Plugin, Rolldown } from 'vite'
import { APP_MODULE, PAGE_MODULES, PAGE_WORDS, type PageName } from './src/routes/page-modules.ts'

export function pageFiles(): Plugin {
  return {
    name: 'registree-page-files',
    apply: 'build',
    generateBundle(_, bundle) {
      const { chunks, first, withImports } = chunksOf(bundle)
      const pages: Record<string, string[]> = {}
      for (const [page, modules] of Object.entries(PAGE_MODULES)) {
        const files = new Set<string>()
        const words = (PAGE_WORDS[page as PageName] ?? []).map((name) => `packages/messages/src/en/${name}.ts`)
        for (const module of [APP_MODULE, ...modules, ...words]) {
          const chunk = chunkOf(chunks, module)
          if (chunk === undefined) return this.error(`${module} is in no chunk: page-modules.ts names it for the page ${page}.`)
          withImports(chunk.fileName, files)
        }
        pages[page] = [...files].filter((file) => !first.has(file)).map((file) => `/${file}`)
      }
      this.emitFile({ type: 'asset', fileName: 'pages.json', source: JSON.stringify(pages) })
    },
  }
}

/** The first line of a file that Chromium compiles as a whole; in others it compiles each function when it is first called, and parses it twice. */
const AT_ONCE = '//# allFunctionsCalledOnLoad'

/** A step of the build: marks the files that a page loads first. To be named before the plugin that translates them. */
export function compiledAtOnce(): Plugin {
  return {
    name: 'registree-compiled-at-once',
    apply: 'build',
    enforce: 'pre',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const { chunks, first, withImports } = chunksOf(bundle)
        const files = new Set(first)
        for (const module of Object.values(PAGE_MODULES).flat()) {
          const chunk = chunkOf(chunks, module)
          if (chunk !== undefined) withImports(chunk.fileName, files)
        }
        for (const file of files) {
          const chunk = chunks.get(file)
          if (chunk !== undefined) chunk.code = `${AT_ONCE}\n${chunk.code}`
        }
      },
    },
  }
}

type Chunks = ReadonlyMap<string, Rolldown.OutputChunk>

function chunksOf(bundle: Rolldown.OutputBundle) {
  const chunks: Chunks = new Map(Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file] as const] : [])))
  const withImports = (name: string, into: Set<string>): Set<string> => {
    if (into.has(name)) return into
    into.add(name)
    for (const other of chunks.get(name)?.imports ?? []) withImports(other, into)
    return into
  }
  const first = new Set<string>()
  for (const chunk of chunks.values()) if (chunk.isEntry) withImports(chunk.fileName, first)
  return { chunks, first, withImports }
}

/** A chunk that holds more than this module has no facade. */
const chunkOf = (chunks: Chunks, module: string): Rolldown.OutputChunk | undefined =>
  [...chunks.values()].find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/${module}`)) ??
  [...chunks.values()].find(({ moduleIds }) => moduleIds.some((id) => id.endsWith(`/${module}`)))
