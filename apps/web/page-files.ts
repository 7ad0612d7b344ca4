// A build step: writes pages.json, which lists for each page the files with its code, besides those of the first script.
import type { Plugin } from 'vite'
import { PAGE_MODULES } from './src/routes/page-modules.ts'

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
      const pages: Record<string, string[]> = {}
      for (const [page, modules] of Object.entries(PAGE_MODULES)) {
        const files = new Set<string>()
        for (const module of modules) {
          const chunk = [...chunks.values()].find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/${module}`))
          if (chunk === undefined) return this.error(`${module} is no chunk of its own: page-modules.ts names it for the page ${page}.`)
          withImports(chunk.fileName, files)
        }
        pages[page] = [...files].filter((file) => !first.has(file)).map((file) => `/${file}`)
      }
      this.emitFile({ type: 'asset', fileName: 'pages.json', source: JSON.stringify(pages) })
    },
  }
}
