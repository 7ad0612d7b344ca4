// Draws a key page's first picture on the server, with the components that the browser uses: what stands in the HTML until the first script has run.
import type { Picture, Pictured } from '@registree/contract'
// The one for browsers keeps a channel open, and with it the server's process.
import { renderToString } from 'react-dom/server.edge'
import { takesOnce } from './lib/answer-in-page.ts'
import { clustersQuery } from './lib/cluster-queries.ts'
import { drawFor } from './lib/drawing.ts'
import { wordsFor } from './lib/words.ts'
import { preloadPage } from './routes/lazy-page.tsx'
import { newClient, WholeApp } from './WholeApp.tsx'

export async function picture({ origin, href, theme, phone, clusters, answer, now }: Pictured): Promise<Picture> {
  await Promise.all([preloadPage(href.replace(/[?#].*$/s, '')), wordsFor(JSON.stringify(answer), ['states'])])
  const began = performance.now()
  const client = newClient()
  client.setQueryData(clustersQuery().queryKey, clusters)
  try {
    const app = drawFor({ origin, href, theme, width: phone ? 390 : 1440 }, () =>
      renderToString(
        // Nothing in it reacts yet. In a window of another layout it is not shown.
        <div inert className={phone ? 'contents min-[800px]:hidden' : 'contents max-[1199px]:hidden'} data-picture>
          <WholeApp client={client} take={takesOnce(answer, now)} />
        </div>,
      ),
    )
    return { ...withoutStyles(withoutWhatHasNoEffect(app)), ms: performance.now() - began }
  } finally {
    // It would keep the answer for minutes.
    client.clear()
  }
}

/** Leaves out what has no effect in a picture: it is `inert`, and replaced as a whole. In texts, quotes are escaped. */
const withoutWhatHasNoEffect = (app: string): string =>
  app
    .replace(/<!--.*?-->/g, '')
    .replace(/ (?:xmlns|id|href|title|tabindex|aria-(?:hidden|labelledby|controls|describedby))="[^"]*"| type="button"/g, '')
    // Classes that name icons, and those for the pointer and the focus.
    .replace(/ class="[^"]*"/g, (classes) => {
      const kept = classes
        .slice(8, -1)
        .replace(/(?:^| )(?:lucide(?:-[\w-]+)?|(?:hover|focus|focus-visible|active|disabled):[^ ]+)(?= |$)/g, '')
      return kept.trim() === '' ? '' : ` class="${kept.trim()}"`
    })

const ENTITIES: Readonly<Record<string, string>> = { '&quot;': '"', '&#x27;': "'", '&amp;': '&', '&lt;': '<', '&gt;': '>' }

/** Moves the styles of elements into rules, because the pages' policy allows no others; in texts and other attributes, quotes are escaped. */
function withoutStyles(app: string): Omit<Picture, 'ms'> {
  const rules = new Map<string, number>()
  const html = app.replace(/ style="([^"]*)"/g, (_all, escaped: string) => {
    const style = escaped.replace(/&(?:quot|#x27|amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? '')
    const at = rules.get(style) ?? rules.size
    rules.set(style, at)
    return ` data-style="${at}"`
  })
  return { html, css: [...rules].map(([style, at]) => `[data-style="${at}"]{${style}}`).join('') }
}
