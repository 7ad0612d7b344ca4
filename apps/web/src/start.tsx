// Starts the app in the browser.
import './styles.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { answerInPage, htmlAskedAt, takesOnce } from './lib/answer-in-page.ts'
import { clusterOf, hearEpoch } from './lib/epochs.ts'
import { countCost } from './lib/http.ts'
import { tellPanes } from './lib/look.ts'
import { rememberPlaces } from './lib/place-memory.ts'
import { startTheme } from './lib/theme.ts'
import { tellZone } from './lib/time.ts'
import { wordsFor } from './lib/words.ts'
import { preloadPages } from './routes/lazy-page.tsx'
import { newClient, WholeApp } from './WholeApp.tsx'

startTheme()
tellZone()
tellPanes()
addEventListener('pagehide', tellPanes)
rememberPlaces('content')
const page = preloadPages()
void start()

/** A request that neither ends nor fails must not keep the page from working, in ms. */
const PATIENCE_MS = 3000

/** The first rendering replaces the server's picture, and should not show less than that: it waits for the page's code and words, which are requested. */
async function start(): Promise<void> {
  const root = document.getElementById('app')
  if (!root) throw new Error('index.html has no element #app')
  const inPage = answerInPage()
  // The picture has no box of its own, and none at all in a window of another layout.
  const isPictured = root.firstElementChild?.firstElementChild?.checkVisibility?.() === true
  // An answer is drawn at once, and in no other language first.
  const words = inPage === null ? null : wordsFor(inPage.text, ['states'])
  const loaded = Promise.all([isPictured ? page : null, words])
  if (isPictured || words !== null) await Promise.race([loaded, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))])
  const answer = inPage?.answer ?? null
  if (answer !== null) {
    hearEpoch(clusterOf(answer.url) ?? '', answer.epoch)
    countCost(answer.body)
  }
  createRoot(root).render(
    <StrictMode>
      <WholeApp client={newClient()} take={takesOnce(answer, htmlAskedAt() ?? 0)} />
    </StrictMode>,
  )
}
