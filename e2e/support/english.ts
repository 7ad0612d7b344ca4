// Finds English on a page: sentences that the page says in English although it is in another language.
import type { Page } from '@playwright/test'

/** Three words in a row: what is shorter is a term, a name, or an example. */
const SENTENCE = /(?:\b[A-Za-z][a-z’'-]+[,;:]? ){2,}[A-Za-z][a-z’'-]+\b/

/** What reads like English and is meant to be there. */
const TERMS = [/kubectl get -o wide/, /etcdctl snapshot (status|save)/, /\d+ minutes ago/, /Helm release/, /(Kubernetes|Google) protobuf/]

/** Notes what the server answers: stored data, and what it says itself. */
export function noteAnswers(page: Page): () => Promise<string> {
  const bodies: Promise<string>[] = []
  page.on('response', (response) => {
    if (!/\/api\//.test(response.url()) || /events$/.test(new URL(response.url()).pathname)) return
    bodies.push(response.text().catch(() => ''))
  })
  return async () => (await Promise.all(bodies)).join('\n').replaceAll('\\n', '\n').replaceAll('\\"', '"').replace(/\s+/g, ' ')
}

/** The English sentences of a page, in its texts and in the labels of its elements, but for those that `answers` has. */
export async function englishOn(page: Page, answers: string): Promise<string[]> {
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
  const stored = (text: string) => answers.includes(text.replace(/\s+/g, ' ').trim())
  return [...new Set(said)].filter((text) => {
    const left = TERMS.reduce((rest, term) => rest.replaceAll(new RegExp(term, 'g'), ''), text)
    const sentence = SENTENCE.exec(left)
    return sentence !== null && !stored(text) && !stored(sentence[0])
  })
}
