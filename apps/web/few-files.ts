// A step of the build: shares the code between few files. One has what every page needs, one what several pages share, and each page has its own.
import type { Plugin } from 'vite'
import { APP_MODULE } from './src/routes/page-modules.ts'

/** Several pages have some of these, which are shorter than the headers of a file of their own. */
const SMALL = /[\\/]apps[\\/]web[\\/]src[\\/](lib[\\/]|ui[\\/]Facts|features[\\/]tree[\\/]queries)/
const FOLLOWED = /[\\/]lib[\\/]follow-registry\.ts$/

/** So short that a file of its own, for a few pages alone, costs more than to have it on every page. */
const IN_APP = /[\\/]lib[\\/](row-slots|size)\.ts$/

const PART = /[\\/]apps[\\/]web[\\/]src[\\/]|lucide-react|[\\/]glossary\.ts$/

/** Of a part with its imports, before minification. */
const MOST_CHARACTERS = 4000

/** Icons that tables and keys both show: a file for each would be another request. */
const FEW_ICONS = /[\\/]icons[\\/](pin|triangle-exclamation-point|triangle-alert|arrow-down|calendar-clock)\.m?js$/

export function fewFiles(): Plugin {
  /** What the app's first module imports, by any way that is no `import()`. */
  const app = new Set<string>()
  /** Small, and so is everything that they import. */
  const parts = new Set<string>()
  return {
    name: 'registree-few-files',
    apply: 'build',
    buildEnd() {
      app.clear()
      const add = (id: string) => {
        if (app.has(id)) return
        app.add(id)
        for (const other of this.getModuleInfo(id)?.importedIds ?? []) add(other)
      }
      for (const id of this.getModuleIds()) if (id.endsWith(`/${APP_MODULE}`)) add(id)
      parts.clear()
      const withImports = (id: string, into: Set<string>): Set<string> => {
        if (app.has(id) || into.has(id)) return into
        into.add(id)
        for (const other of this.getModuleInfo(id)?.importedIds ?? []) withImports(other, into)
        return into
      }
      for (const id of this.getModuleIds()) {
        if (app.has(id) || !PART.test(id)) continue
        const all = [...withImports(id, new Set())]
        const size = all.reduce((sum, one) => sum + (this.getModuleInfo(one)?.code?.length ?? 0), 0)
        if (size <= MOST_CHARACTERS && all.every((one) => PART.test(one))) parts.add(id)
      }
    },
    outputOptions: (options) => ({
      ...options,
      codeSplitting: {
        groups: [
          // Changes with its releases only, and is the same in every language.
          {
            name: 'libraries',
            test: (id) => /rolldown.runtime/.test(id) || (app.has(id) && /[\\/]node_modules[\\/](?!lucide)/.test(id)),
            priority: 4,
          },
          { name: 'app', test: (id) => app.has(id) || IN_APP.test(id), priority: 3 },
          // Popups, menus and dialogs, which nobody sees at first.
          { name: 'popups', test: /[\\/]node_modules[\\/](@base-ui|@floating-ui)[\\/]/, minShareCount: 2, priority: 2 },
          // Small parts of several pages: more requests would cost more than their bytes.
          { name: 'parts', test: (id) => parts.has(id) || /[\\/]lib[\\/]read-missed\.ts$/.test(id), minShareCount: 4, priority: 1 },
          {
            name: 'shared',
            test: (id) => (parts.has(id) && SMALL.test(id)) || FOLLOWED.test(id) || FEW_ICONS.test(id),
            minShareCount: 2,
            priority: 1,
          },
          // A front page in trouble needs both.
          { name: 'trouble-words', test: /[\\/]messages[\\/]src[\\/]en[\\/](findings|containers)\.ts$/ },
        ],
      },
    }),
  }
}
