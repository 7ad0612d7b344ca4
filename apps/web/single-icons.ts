// A step of the build: imports each icon from its own file, so that the build reads few files, and knows which page needs which icon; and shortens them.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { Plugin } from 'vite'

const LIST = path.join(path.dirname(createRequire(import.meta.url).resolve('lucide-react/package.json')), 'dist/esm/lucide-react.mjs')

const ICON = /[\\/]lucide-react[\\/]dist[\\/]esm[\\/]icons[\\/][^\\/]+\.mjs$/

/** Without former names, which become classes that nothing reads; and with short React keys, because random ones do not compress. */
function shortened(icon: string): string {
  let keys = 0
  return icon.replace(/,\s*aliases: \[[^\]]*\]/, '').replace(/\bkey: "[^"]*"/g, () => `key: "${keys++}"`)
}

export function singleIcons(): Plugin {
  /** The file of each name; an icon may have several. */
  const files = new Map<string, string>()
  return {
    name: 'registree-single-icons',
    apply: 'build',
    enforce: 'post',
    buildStart() {
      for (const [, names = '', file = ''] of readFileSync(LIST, 'utf8').matchAll(/export \{([^}]*)\} from '(\.\/icons\/[^']*)'/g))
        for (const [, name = ''] of names.matchAll(/default as (\w+)/g)) files.set(name, path.join(path.dirname(LIST), file))
    },
    transform: {
      filter: { id: [/\.tsx?$/, ICON], code: 'lucide-react' },
      handler(code, id) {
        if (ICON.test(id)) return shortened(code)
        return code.replace(/import \{([^}]*)\} from ["']lucide-react["'];?/g, (whole, names: string) => {
          const lines = names.split(',').map((one) => {
            const [, name = '', as = name] = /^\s*(\w+)(?: as (\w+))?\s*$/.exec(one) ?? []
            const file = files.get(name)
            return file === undefined ? null : `import ${as} from ${JSON.stringify(file)};`
          })
          return lines.includes(null) ? whole : lines.join('')
        })
      },
    },
  }
}
