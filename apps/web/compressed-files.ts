// A step of the build: writes each text file a second and third time, compressed as far as it goes, so that the server never compresses them.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const FORMS = {
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
  gz: (bytes: Buffer) => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }),
}

export function compressedFiles(): Plugin {
  let folder = ''
  return {
    name: 'registree-compressed-files',
    apply: 'build',
    enforce: 'post',
    configResolved({ root, build }) {
      folder = path.resolve(root, build.outDir, 'assets')
    },
    async closeBundle() {
      const files = (await readdir(folder, { recursive: true })).filter((name) => /\.(js|css)$/.test(name))
      await Promise.all(
        files.flatMap((name) =>
          Object.entries(FORMS).map(async ([ending, compress]) => {
            const file = path.join(folder, name)
            await writeFile(`${file}.${ending}`, await compress(await readFile(file)))
          }),
        ),
      )
    },
  }
}
