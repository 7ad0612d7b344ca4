// Serves the web application: the built files, and for every page its HTML with the first data it needs, so that nothing waits for a script to
// request it.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import fastifyStatic from '@fastify/static'
import {
  type AnswerInPage,
  apiPaths,
  type ClustersAnswer,
  EPOCH_HEADER,
  FIRST_TIMELINE,
  LANGUAGE_COOKIE,
  type Picture,
  type Pictured,
  type Place,
  parsePermalink,
} from '@registree/contract'
import { chooseLanguage, LANGUAGES, type Language } from '@registree/messages'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { AppError } from '../problem.ts'
import { canDraw, canSend, DrawingTime, looksOf, PictureDrawers, styleElement, withoutWords } from './first-picture.ts'
import { LeftToPages } from './left-to-pages.ts'

export interface SpaOptions {
  /** The built web application. */
  root: string
  /** The answer of `GET /api/v1/clusters` to this request. */
  clustersFor: (request: FastifyRequest, signal: AbortSignal) => Promise<ClustersAnswer>
  /** How long the HTML waits for it; after that the page requests it itself. */
  patienceMs: number
  /** How long it waits for what the page shows first. */
  answerPatienceMs: number
  now: () => Date
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

export const spa = fp<SpaOptions>(async (app, { root, clustersFor, patienceMs, answerPatienceMs, now }) => {
  const built = existsSync(path.join(root, 'index.html'))
  const drawers = new PictureDrawers(root)
  const drawingTime = new DrawingTime()
  const left = new LeftToPages()
  if (built) {
    await app.register(fastifyStatic, {
      root,
      index: false,
      wildcard: false,
      globIgnore: ['index*.html', 'pages*.json', 'picture/**', '**/*.{br,gz}'],
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
    const address = { pathname, search }
    const [html, pages, clusters, answer] = await Promise.all([
      readFile(path.join(root, `index${variant}.html`), 'utf8'),
      filesOfPages(root, `pages${variant}.json`),
      clustersInTime(request),
      answerInTime(app, request, answerPathOf(parsePermalink(address)), { patienceMs: answerPatienceMs, left, now: () => now().getTime() }),
    ])
    const looks = looksOf(request)
    const theme = looks.has('dark') ? 'dark' : looks.has('light') ? 'light' : 'system'
    // Only a key has something to show: the frame alone costs the browser more than it is worth.
    const drawn =
      clusters === null || answer === null || looks.has('local') || looks.has('panes')
        ? null
        : await pictureOf(request, variant === '' ? 'en' : language, { href: pathname + search, theme, clusters, answer })
    const picture = drawn?.html ?? ''
    const style = styleElement(drawn?.css ?? '')
    if (style !== null) allowStyle(reply, style.source)
    const page = html
      .replace(/<html lang="[\w-]+"/, (tag) => (theme === 'system' ? tag : `${tag} data-theme="${theme}"`))
      .replace('</head>', () => `${headFor(address, pages, clusters, answer)}${style?.element ?? ''}</head>`)
      .replace('<div id="app">', (tag) => tag + picture)
    reply
      .type('text/html; charset=utf-8')
      // It holds the data for this request at this moment. What it shows before its scripts run must not be that of an earlier visit.
      .header('cache-control', answer === null ? 'private, no-cache' : 'no-store')
      .header('vary', 'accept-language, cookie, accept-encoding')
    return reply.send(await compressed(request, reply, page))
  })

  /** Null if the build draws none, or this page cannot be drawn: then it is empty until its scripts have run. */
  async function pictureOf(
    request: FastifyRequest,
    language: string,
    what: Omit<Pictured, 'origin' | 'phone' | 'now'>,
  ): Promise<Picture | null> {
    if (!canDraw(what)) return null
    try {
      const draw = await drawers.of(language)
      if (draw === null) return null
      const phone = request.headers['sec-ch-ua-mobile'] === '?1'
      const origin = `${request.protocol}://${request.headers.host}`
      const drawn = await drawingTime.spend(() => draw({ ...what, origin, phone, now: now().getTime() }))
      return drawn !== null && canSend(drawn) ? drawn : null
    } catch (error) {
      request.log.warn(withoutWords(error), 'The first picture of a page could not be drawn')
      return null
    }
  }

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

/** The API's path of what a page shows first, if the HTML may hold it. */
function answerPathOf(place: Place | null): { cluster: string; url: string } | null {
  if (place?.page !== 'v3' || place.kind !== 'key' || place.view !== null || place.diff !== null) return null
  return { cluster: place.cluster, url: apiPaths.value(place.cluster, place.bytes, place.rev) }
}

/** More is requested by the page itself, so that the HTML stays small. */
const MOST_OF_AN_ANSWER = 32 * 1024

/** Of this request, and of nothing that would change the answer's form. */
const NOT_OF_ANSWERS = ['accept', 'accept-encoding', 'connection', 'if-match', 'if-modified-since', 'if-none-match', 'if-range', 'range']

/** What the API answers to the reader of this page: with the same rights, by the same way. Null if it is late, large, or an error. */
async function answerInTime(
  app: FastifyInstance,
  request: FastifyRequest,
  path: ReturnType<typeof answerPathOf>,
  { patienceMs, left, now }: { patienceMs: number; left: LeftToPages; now: () => number },
): Promise<AnswerInPage | null> {
  if (path === null || request.method !== 'GET' || left.has(path, now())) return null
  const late = new AbortController()
  try {
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !NOT_OF_ANSWERS.includes(name)))
    const answering = app.inject({ method: 'GET', url: path.url, headers, remoteAddress: request.ip, signal: late.signal })
    const reply = await Promise.race([answering, pause(patienceMs, null, { signal: late.signal })])
    if (reply === null) {
      left.wasLate(path, now())
      return null
    }
    const epoch = reply.headers[EPOCH_HEADER]
    if (reply.statusCode !== 200 || typeof epoch !== 'string') return null
    if (reply.payload.length > MOST_OF_AN_ANSWER) {
      left.wasLarge(path, now())
      return null
    }
    left.wasInTime(path)
    return { url: path.url, epoch, body: reply.json() }
  } catch {
    // The page requests it again, and reports what is wrong.
    return null
  } finally {
    late.abort()
  }
}

const [inBrotli, inGzip] = [promisify(brotliCompress), promisify(gzip)]

/** The compression of answers is for routes, and this is none. */
async function compressed({ headers }: FastifyRequest, reply: FastifyReply, page: string): Promise<string | Buffer> {
  const accepted = String(headers['accept-encoding'] ?? '').slice(0, MOST_OF_A_LIST)
  if (/\bbr\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(accepted)) {
    reply.header('content-encoding', 'br')
    return inBrotli(page, { params: { [constants.BROTLI_PARAM_QUALITY]: 6, [constants.BROTLI_PARAM_SIZE_HINT]: page.length } })
  }
  if (/\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(accepted)) {
    reply.header('content-encoding', 'gzip')
    return inGzip(page)
  }
  return page
}

/** Beside the policy of all pages: these rules, by their hash. */
function allowStyle(reply: FastifyReply, source: string): void {
  const policy = String(reply.getHeader('content-security-policy') ?? '')
  reply.header('content-security-policy', policy.replace("style-src 'self'", `style-src 'self' ${source}`))
}

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

function headFor(
  address: { pathname: string; search: string },
  pages: Record<string, string[]>,
  clusters: ClustersAnswer | null,
  answer: AnswerInPage | null,
): string {
  const only = address.pathname === '/' && clusters?.clusters.length === 1 ? clusters.clusters[0] : undefined
  // The address without a cluster redirects to the only one.
  const place = parsePermalink(only === undefined ? address : { pathname: `/${only.name}`, search: '' })
  const page = place?.page === 'resources' && place.resource === null ? 'catalogue' : place?.page
  const directory = place?.page === 'v3' && place.kind === 'directory' ? pages['v3-directory'] : undefined
  const files = directory ?? (page === undefined ? [] : (pages[page] ?? []))
  const lines = files.map((file) => `<link rel="modulepreload" crossorigin href="${file}">`)
  const cluster = clusters?.clusters.find(({ name }) => name === place?.cluster)
  // Every page shows the status, and reads the keys of its revision.
  const answers = cluster === undefined ? [] : [apiPaths.status(cluster.name)]
  if (place?.page === 'cluster' && cluster?.v3.available) answers.push(apiPaths.trouble(cluster.name))
  if (place?.page === 'timeline' && cluster?.v3.available) answers.push(apiPaths.timeline(cluster.name, firstTimeline))
  for (const answer of answers) lines.push(`<link rel="preload" as="fetch" crossorigin href="${inAttribute(answer)}">`)
  if (clusters !== null) lines.push(`<script type="application/json" id="clusters">${inScript(clusters)}</script>`)
  if (answer !== null) lines.push(`<script type="application/json" id="answer">${inScript(answer)}</script>`)
  return lines.map((line) => `  ${line}\n  `).join('')
}

const firstTimeline = { writes: String(FIRST_TIMELINE.writes), budget: String(FIRST_TIMELINE.budget) }

/** Text for an attribute in double quotes. */
const inAttribute = (value: string): string => value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')

/** JSON that cannot end a script element or begin a comment, whatever a cluster's title. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
