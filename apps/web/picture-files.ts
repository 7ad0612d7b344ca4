// A step of the build: builds the program that draws first pictures for the server, once in each language, into dist/picture/.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { build, type Plugin } from 'vite'
import { LANGUAGES } from '../../packages/messages/src/languages.ts'
import { COMPILED, compiledWords } from './compiled-messages.ts'
import { singleIcons } from './single-icons.ts'
import { unusedSchemas } from './unused-schemas.ts'

/** Where the language of the pages is read from the document, which the server has none of. */
const OF_DOCUMENT = "globalThis.document?.documentElement.lang ?? 'en'"

export function pictureFiles(): Plugin {
  let [root, outDir] = ['', '']
  return {
    name: 'registree-picture-files',
    apply: 'build',
    configResolved(config) {
      root = config.root
      outDir = path.resolve(root, config.build.outDir, 'picture')
    },
    async closeBundle() {
      for (const language of Object.keys(LANGUAGES))
        await build({
          configFile: false,
          root,
          logLevel: 'error',
          publicDir: false,
          plugins: [spoken(language), compiledWords(language), singleIcons(), unusedSchemas()],
          resolve: { conditions: [COMPILED, 'registree-source', 'module', 'browser', 'production'] },
          define: { 'process.env.NODE_ENV': '"production"' },
          ssr: { noExternal: true, resolve: { conditions: [COMPILED, 'registree-source', 'module', 'browser', 'production'] } },
          build: {
            ssr: 'src/picture.tsx',
            outDir: path.join(outDir, language),
            target: 'node20',
            minify: true,
            emptyOutDir: true,
            rolldownOptions: {
              treeshake: { moduleSideEffects: (id) => !/[\\/](packages[\\/]contract|typebox)[\\/]/.test(id) },
              output: { entryFileNames: 'picture.mjs', chunkFileNames: '[name]-[hash].mjs' },
            },
          },
        })
    },
  }
}

const spoken = (language: string): Plugin => ({
  name: 'registree-language-of-picture',
  enforce: 'pre',
  load: {
    filter: { id: /[\\/]i18n[\\/]language\.ts$/ },
    async handler(file) {
      const source = await readFile(file, 'utf8')
      if (!source.includes(OF_DOCUMENT)) return this.error(`${file} reads the language in another way.`)
      return source.replace(OF_DOCUMENT, JSON.stringify(language))
    },
  },
})
