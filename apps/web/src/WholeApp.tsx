// The app with all that surrounds it: what the browser starts, and of what the server draws the first picture.
import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { text } from './i18n/text.ts'
import { type TakeAnswer, TakeAnswerContext } from './lib/answer-in-page.ts'
import { worthRetrying } from './lib/http.ts'
import { App } from './router.tsx'
import { TipLayer } from './ui/TipLayer.tsx'
import { WholeTip } from './ui/WholeTip.tsx'
import { UiWordsContext } from './ui/words.ts'

export const newClient = () =>
  new QueryClient({
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

/** @param take the answer that came inside the HTML */
export const WholeApp = ({ client, take }: { client: QueryClient; take: TakeAnswer }) => (
  <UiWordsContext value={uiWords}>
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={client}>
        <TakeAnswerContext value={take}>
          <App />
        </TakeAnswerContext>
        <WholeTip />
        <TipLayer />
      </QueryClientProvider>
    </CSPProvider>
  </UiWordsContext>
)
