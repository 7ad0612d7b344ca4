// Serves the web application: the built files, and for every page its HTML with the first data it needs, so that nothing waits for a script to
// request it.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import fastifyStatic from '@fastify/static'
import { apiPaths, type ClustersAnswer, FIRST_TIMELINE, LANGUAGE_COOKIE, parsePermalink } from '@registree/contract'
import { chooseLanguage, LANGUAGES, type Language } from '@registree/messages'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { AppError } from '../problem.ts'

export interface SpaOptions {
  /** The built web application. */
  root: string
  /** The answer of `GET /api/v1/clusters` to this request. */
  clustersFor: (request: FastifyRequest, signal: AbortSignal) => Promise<ClustersAnswer>
  /** How long the HTML waits for it; after that the page requests it itself. */
  patienceMs: number
}

/** Headers that browsers read from documents only. */
const OF_PAGES = [
  'content-security-policy',
  'cross-origin-opener-policy',
  'origin-agent-cluster',
  'referrer-policy',
  'x-dns-prefetch-control',
  'x-download-options',
  'x-frame-options',
  'x-permitted-cross-domain-policies',
  'x-xss-protection',
]

export const spa = fp<SpaOptions>(async (app, { root, clustersFor, patienceMs }) => {
  const built = existsSync(path.join(root, 'index.html'))
  if (built) {
    await app.register(fastifyStatic, {
      root,
      index: false,
      wildcard: false,
      globIgnore: ['index*.html', 'pages*.json', '**/*.{br,gz}'],
      // The build has compressed them better than there is time for now.
      preCompressed: true,
      cacheControl: false,
      setHeaders(reply, file) {
        // Vite puts a hash of the content into the names below assets/.
        const hashed = path.relative(root, file).startsWith(`assets${path.sep}`)
        reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'public, no-cache')
        // They say what a page may do, and are longer than many a script.
        if (hashed) for (const name of OF_PAGES) reply.removeHeader(name)
      },
    })
  }

  app.setNotFoundHandler(async (request, reply) => {
    // The URL as the browser has it: one that the router could not accept has been rewritten.
    const [, pathname = '/', search = ''] = /^([^?#]*)(\?[^#]*)?/.exec(request.originalUrl) ?? []
    if (/^\/(api|assets)(\/|$)/.test(pathname)) throw new AppError('NOT_FOUND', { code: 'address-nothing', params: {} })
    if (!built) {
      return reply
        .code(503)
        .type('text/plain; charset=utf-8')
        .send('The web pages have not been built: run "npm run build", or start with "npm start". The API is at /api/v1/clusters.\n')
    }
    const language = languageFor(request)
    // A build may be older than a language.
    const variant = language === 'en' || !existsSync(path.join(root, `index.${language}.html`)) ? '' : `.${language}`
    const [html, pages, clusters] = await Promise.all([
      readFile(path.join(root, `index${variant}.html`), 'utf8'),
      filesOfPages(root, `pages${variant}.json`),
      clustersInTime(request),
    ])
    return (
      reply
        .type('text/html; charset=utf-8')
        // It holds the data for this request at this moment.
        .header('cache-control', 'private, no-cache')
        .header('vary', 'accept-language, cookie')
        .send(html.replace('</head>', () => `${headFor({ pathname, search }, pages, clusters)}</head>`))
    )
  })

  async function clustersInTime(request: FastifyRequest): Promise<ClustersAnswer | null> {
    const late = new AbortController()
    try {
      return await Promise.race([clustersFor(request, late.signal), pause(patienceMs, null, { signal: late.signal })])
    } catch {
      // The page requests it again, and reports what is wrong.
      return null
    } finally {
      late.abort()
    }
  }
})

/** The scripts of each page besides the first, by the build's file names; none for an older build. */
async function filesOfPages(root: string, list: string): Promise<Record<string, string[]>> {
  try {
    return JSON.parse(await readFile(path.join(root, list), 'utf8')) as Record<string, string[]>
  } catch {
    return {}
  }
}

const MOST_OF_A_LIST = 500

/** The language that the reader has chosen, else the first that the browser prefers and Registree speaks. */
function languageFor({ headers }: FastifyRequest): Language {
  const chosen = new RegExp(`(?:^|;\\s*)${LANGUAGE_COOKIE}=([^;]*)`).exec(headers.cookie ?? '')?.[1] ?? ''
  if (Object.hasOwn(LANGUAGES, chosen)) return chosen as Language
  // Browsers send a few dozen characters. A longer header must not keep the server busy.
  const list = (headers['accept-language'] ?? '').slice(0, MOST_OF_A_LIST)
  const preferred = list.split(',').map((part) => {
    const [tag = '', quality = 'q=1'] = part.split(';').map((piece) => piece.trim())
    return { tag, quality: Number(quality.replace(/^q=/i, '')) }
  })
  // Nought is what the browser does not want, and what is no number says nothing.
  const wanted = preferred.filter(({ quality }) => quality > 0)
  return chooseLanguage(wanted.sort((a, b) => b.quality - a.quality).map(({ tag }) => tag))
}

function headFor(address: { pathname: string; search: string }, pages: Record<string, string[]>, clusters: ClustersAnswer | null): string {
  const only = address.pathname === '/' && clusters?.clusters.length === 1 ? clusters.clusters[0] : undefined
  // The address without a cluster redirects to the only one.
  const place = parsePermalink(only === undefined ? address : { pathname: `/${only.name}`, search: '' })
  const page = place?.page === 'resources' && place.resource === null ? 'catalogue' : place?.page
  const files = page === undefined ? [] : (pages[page] ?? [])
  const lines = files.map((file) => `<link rel="modulepreload" crossorigin href="${file}">`)
  const cluster = clusters?.clusters.find(({ name }) => name === place?.cluster)
  // Every page shows the status, and reads the keys of its revision.
  const answers = cluster === undefined ? [] : [apiPaths.status(cluster.name)]
  if (place?.page === 'cluster' && cluster?.v3.available) answers.push(apiPaths.trouble(cluster.name))
  if (place?.page === 'timeline' && cluster?.v3.available) answers.push(apiPaths.timeline(cluster.name, firstTimeline))
  for (const answer of answers) lines.push(`<link rel="preload" as="fetch" crossorigin href="${inAttribute(answer)}">`)
  if (clusters !== null) lines.push(`<script type="application/json" id="clusters">${inScript(clusters)}</script>`)
  return lines.map((line) => `  ${line}\n  `).join('')
}

const firstTimeline = { writes: String(FIRST_TIMELINE.writes), budget: String(FIRST_TIMELINE.budget) }

/** Text for an attribute in double quotes. */
const inAttribute = (value: string): string => value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')

/** JSON that cannot end a script element or begin a comment, whatever a cluster's title. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
