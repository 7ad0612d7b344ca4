// A step of Vite: compiles the ICU messages of the catalogues, so that browsers get neither patterns nor their parser.
import { type Plugin, runnerImport } from 'vite'
import type { Catalogue } from '../../packages/messages/src/catalogue.ts'
import { compile } from '../../packages/messages/src/compile.ts'

/** For `resolve.conditions`: what `@registree/messages` then does without the parser. */
export const COMPILED = 'registree-compiled'

const CATALOGUE = /[\\/]packages[\\/]messages[\\/]src[\\/](en|zh-Hans|zh-Hant)[\\/].*\.ts$/

export function compiledMessages(): Plugin {
  return {
    name: 'registree-compiled-messages',
    enforce: 'pre',
    load: {
      filter: { id: CATALOGUE },
      async handler(id) {
        const { module, dependencies } = await runnerImport<Record<string, Catalogue>>(id, { configFile: false, logLevel: 'error' })
        for (const file of dependencies) this.addWatchFile(file)
        return Object.entries(module)
          .map(
            ([name, catalogue]) => `export ${name === 'default' ? 'default' : `const ${name} =`} ${JSON.stringify(compiled(catalogue))}\n`,
          )
          .join('')
      },
    },
  }
}

const compiled = (one: string | Catalogue): unknown =>
  typeof one === 'string' ? compile(one) : Object.fromEntries(Object.entries(one).map(([name, inner]) => [name, compiled(inner)]))
