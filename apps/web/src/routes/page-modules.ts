// Which modules render the page at a URL: the build records their files, so that the server can name them in the HTML.
import type { Place } from '@registree/contract'

/** A list and one of its entries are two pages, and so are a key and a directory. */
export type PageName = Place['page'] | 'catalogue' | 'v3-directory'

/** The first script; the path from the root of the web app. */
export const APP_MODULE = 'src/start.tsx'

/** Paths of modules from the root of the web app. */
export const PAGE_MODULES: Readonly<Record<PageName, readonly string[]>> = {
  cluster: ['src/routes/overview.tsx'],
  flannel: ['src/routes/flannel.tsx'],
  lookup: ['src/routes/lookup.tsx'],
  learn: ['src/routes/learn.tsx'],
  search: ['src/routes/search-page.tsx'],
  timeline: ['src/routes/timeline.tsx'],
  deleted: ['src/routes/deleted.tsx'],
  compare: ['src/routes/compare.tsx'],
  findings: ['src/routes/findings.tsx'],
  namespaces: ['src/routes/namespaces.tsx'],
  catalogue: ['src/routes/catalogue.tsx'],
  resources: ['src/routes/resources.tsx'],
  v3: ['src/routes/v3.tsx'],
  'v3-directory': ['src/routes/v3.tsx', 'src/features/tree/V3Directory.tsx', 'src/features/tree/V3Tree.tsx'],
  v2: ['src/routes/v2.tsx'],
}

/** Files of translations whose messages most answers of a page have, in `packages/messages/src/en`. */
export const PAGE_WORDS: Readonly<Partial<Record<PageName, readonly string[]>>> = {
  cluster: ['findings', 'containers', 'states'],
  resources: ['states'],
  v3: ['states'],
}
