// Starts the app in the browser.
import './styles.css'
import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { text } from './i18n/text.ts'
import { worthRetrying } from './lib/http.ts'
import { rememberPlaces } from './lib/place-memory.ts'
import { startTheme } from './lib/theme.ts'
import { App } from './router.tsx'
import { preloadPages } from './routes/lazy-page.tsx'
import { TipLayer } from './ui/TipLayer.tsx'
import { WholeTip } from './ui/WholeTip.tsx'
import { UiWordsContext } from './ui/words.ts'

startTheme()
rememberPlaces('content')
preloadPages()

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // The server has already retried other members; one more try covers the way between it and the browser.
      retry: (failures, error) => failures < 1 && worthRetrying(error),
      retryDelay: 800,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: true,
    },
  },
})

const uiWords = {
  copied: text.copied,
  copyRefused: text.copyRefused,
  close: text.nav.close,
  retry: text.retry,
  notLoaded: text.page.notLoaded,
  notLoadedHint: text.page.notLoadedHint,
  reload: text.page.reload,
}

const root = document.getElementById('app')
if (!root) throw new Error('index.html has no element #app')
createRoot(root).render(
  <StrictMode>
    <UiWordsContext value={uiWords}>
      <CSPProvider disableStyleElements>
        <QueryClientProvider client={client}>
          <App />
          <WholeTip />
          <TipLayer />
        </QueryClientProvider>
      </CSPProvider>
    </UiWordsContext>
  </StrictMode>,
)
