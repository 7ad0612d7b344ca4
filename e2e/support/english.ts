// Finds English on a page: sentences that the page says in English although it is in another language.
import type { Page } from '@playwright/test'

/** Three words in a row: what is shorter is a term, a name, or an example. */
const SENTENCE = /(?:\b[A-Za-z][a-z’'-]+[,;:]? ){2,}[A-Za-z][a-z’'-]+\b/

/** What reads like English and is meant to be there. */
const TERMS = [/kubectl get -o wide/, /etcdctl snapshot (status|save)/, /Helm release/, /(Kubernetes|Google) protobuf/]

/** The members that hold English text, by the member beside them that says the same as codes. */
const SAID_BY: readonly (readonly [codes: string, texts: readonly string[]])[] = [
  ['sentences', ['text', 'message', 'says', 'reason', 'unavailable', 'meaning', 'problem', 'description']],
  ['params', ['title', 'message', 'text']],
  ['detailSentences', ['detail']],
  ['hintSentences', ['hint']],
  ['relations', ['how']],
  ['relation', ['text']],
  ['range', ['text']],
  ['code', ['label']],
  ['noticeSentences', ['notices']],
]

/** Notes what is stored in the cluster: what the server answers, also in a page's HTML, without the English text of what it says itself. */
export function noteStored(page: Page): () => Promise<string> {
  const bodies: Promise<string>[] = []
  page.on('response', (response) => {
    if (response.request().resourceType() === 'document')
      bodies.push(
        response.text().then(
          (html) => /<script[^>]* id="answer">(.*?)<\/script>/s.exec(html)?.[1] ?? '',
          () => '',
        ),
      )
    if (!/\/api\//.test(response.url()) || /events$/.test(new URL(response.url()).pathname)) return
    bodies.push(response.text().catch(() => ''))
  })
  return async () => (await Promise.all(bodies)).flatMap(storedIn).join('\n').replace(/\s+/g, ' ')
}

/** The stored texts in an answer: JSON, JSON in lines, or bytes. */
function storedIn(body: string): string[] {
  try {
    return [...storedTexts(JSON.parse(body))]
  } catch {
    const lines = body.split('\n').filter((line) => line !== '')
    try {
      return lines.flatMap((line) => [...storedTexts(JSON.parse(line))])
    } catch {
      return [body]
    }
  }
}

function* storedTexts(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) return yield* value.flatMap((item) => [...storedTexts(item)])
  const said = new Set(SAID_BY.flatMap(([codes, texts]) => (hasContent(value[codes as keyof typeof value]) ? texts : [])))
  for (const [name, member] of Object.entries(value)) {
    // A fact whose value is a message has its words in the value.
    if (said.has(name) || (name === 'value' && hasContent((value as { sentences?: unknown }).sentences))) continue
    yield name
    yield* storedTexts(member)
  }
}

const hasContent = (codes: unknown): boolean => (Array.isArray(codes) ? codes.length > 0 : codes !== undefined && codes !== null)

/** The English sentences of a page, in its texts and in the labels of its elements, but for what is stored. */
export async function englishOn(page: Page, stored: string): Promise<string[]> {
  const said = await page.evaluate(() => {
    const texts: string[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement
      if (parent?.closest('script, style, noscript, .cm-content') == null) texts.push(walker.currentNode.textContent ?? '')
    }
    for (const element of document.body.querySelectorAll('*'))
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) texts.push(element.getAttribute(name) ?? '')
    return [...texts, document.title]
  })
  const isStored = (text: string) => stored.includes(text.replace(/\s+/g, ' ').trim())
  return [...new Set(said)].filter((text) => {
    const left = TERMS.reduce((rest, term) => rest.replaceAll(new RegExp(term, 'g'), ''), text)
    const sentence = SENTENCE.exec(left)
    return sentence !== null && !isStored(text) && !isStored(sentence[0])
  })
}
