// A step of the build: writes pages.json, which says for each page which files its code is in, beside those that the first script imports.
import type { Plugin } from 'vite'
import { APP_MODULE, PAGE_MODULES, PAGE_WORDS, type PageName } from './src/routes/page-modules.ts'

export function pageFiles(): Plugin {
  return {
    name: 'registree-page-files',
    apply: 'build',
    generateBundle(_, bundle) {
      const chunks = new Map(Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file] as const] : [])))
      const withImports = (name: string, into: Set<string>) => {
        if (into.has(name)) return into
        into.add(name)
        for (const other of chunks.get(name)?.imports ?? []) withImports(other, into)
        return into
      }
      const first = new Set<string>()
      for (const chunk of chunks.values()) if (chunk.isEntry) withImports(chunk.fileName, first)
      // A chunk that holds more than this module has no facade.
      const chunkOf = (module: string) =>
        [...chunks.values()].find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/${module}`)) ??
        [...chunks.values()].find(({ moduleIds }) => moduleIds.some((id) => id.endsWith(`/${module}`)))
      const pages: Record<string, string[]> = {}
      for (const [page, modules] of Object.entries(PAGE_MODULES)) {
        const files = new Set<string>()
        const words = (PAGE_WORDS[page as PageName] ?? []).map((name) => `packages/messages/src/en/${name}.ts`)
        for (const module of [APP_MODULE, ...modules, ...words]) {
          const chunk = chunkOf(module)
          if (chunk === undefined) return this.error(`${module} is in no chunk: page-modules.ts names it for the page ${page}.`)
          withImports(chunk.fileName, files)
        }
        pages[page] = [...files].filter((file) => !first.has(file)).map((file) => `/${file}`)
      }
      this.emitFile({ type: 'asset', fileName: 'pages.json', source: JSON.stringify(pages) })
    },
  }
}
