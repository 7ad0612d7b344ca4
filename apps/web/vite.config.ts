// Builds the web app: hashed assets that can be cached forever, no inline scripts, the packages read from their sources.
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { COMPILED, compiledMessages } from './compiled-messages.ts'
import { compressedFiles } from './compressed-files.ts'
import { fewFiles } from './few-files.ts'
import { compiledAtOnce, pageFiles } from './page-files.ts'
import { pictureFiles } from './picture-files.ts'
import { singleIcons } from './single-icons.ts'
import { unusedSchemas } from './unused-schemas.ts'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    compiledAtOnce(),
    ...compiledMessages(),
    react(),
    tailwindcss(),
    fewFiles(),
    pageFiles(),
    singleIcons(),
    unusedSchemas(),
    compressedFiles(),
    pictureFiles(),
  ],
  resolve: { conditions: [COMPILED, 'registree-source', 'module', 'browser', 'development|production'] },
  build: {
    target: 'es2022',
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The browser needs the contract's types, links and error codes, not its schemas: unused imports are dropped, and typebox with them.
    rolldownOptions: {
      treeshake: {
        moduleSideEffects: (id) => !/[\\/](packages[\\/]contract|typebox)[\\/]/.test(id),
      },
    },
  },
  server: { proxy: { '/api': process.env.REGISTREE_API ?? 'http://127.0.0.1:7979' } },
})
