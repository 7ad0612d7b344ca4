// Builds the program that runs: the server and its libraries in a few files, because Node takes longer to find a thousand modules than to run them.
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions: ['registree-source', 'module', 'node', 'development|production'] },
  ssr: {
    noExternal: true,
    // It reads its .proto files from its own folder, and must share its gRPC with us.
    external: ['etcd3', '@grpc/grpc-js'],
    resolve: { conditions: ['registree-source', 'module', 'node', 'development|production'] },
  },
  build: {
    ssr: true,
    outDir: 'program',
    // As deep as `src` and as `dist`, so that what is beside the server is found by the same relative path.
    emptyOutDir: true,
    target: 'node20',
    minify: false,
    rolldownOptions: {
      input: { main: 'src/main.ts', worker: 'src/jobs/worker.ts' },
      // In one folder: a thread's script is found beside the file that starts it.
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', keepNames: true },
    },
  },
})
