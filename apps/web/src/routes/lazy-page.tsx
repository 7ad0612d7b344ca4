// Pages whose code is loaded when the user is about to open them: the first paint needs the frame and one page only.
import { Component, type ComponentType, lazy, type ReactNode, Suspense, useState } from 'react'
import { text } from '../i18n/text.ts'
import { quiet } from '../lib/activity.ts'
import { ErrorState } from '../ui/ErrorState.tsx'
import { loadLater } from '../ui/later.tsx'

/** Which paths of a cluster (without its name) a page handles, and how to load its code. */
const known: { holds: RegExp; load: () => Promise<unknown> }[] = []

/**
 * The page itself; rendered at once if its code is already loaded.
 * @param holds the paths that it handles, without the cluster's name: `/findings`
 */
export function lazyPage<Props extends object>(holds: RegExp, load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const page: Loading<Props> = {
    now: undefined,
    later: lazy(async () => ({ default: await page.ready() })) as unknown as ComponentType<Props>,
    ready: async () => {
      page.now ??= await load()
      return page.now
    },
  }
  known.push({ holds, load: page.ready })
  return (props) => <Shown page={page} props={props} />
}

interface Loading<Props> {
  now: ComponentType<Props> | undefined
  later: ComponentType<Props>
  ready: () => Promise<ComponentType<Props>>
}

function Shown<Props extends object>({ page, props }: { page: Loading<Props>; props: Props }) {
  // Decided once: a later change would remount the page.
  const [Now] = useState(() => page.now ?? page.later)
  return (
    <LoadBoundary>
      <Suspense fallback={<div className="h-full" data-pending />}>
        <Now {...props} />
      </Suspense>
    </LoadBoundary>
  )
}

/** Loads the code of a page at a URL of ours, unless it is already loaded. */
export async function preloadPage(pathname: string): Promise<void> {
  const path = pathname.replace(/^\/[^/]+/, '')
  // An error here is reported when the user opens the page.
  await Promise.all(known.map(({ holds, load }) => holds.test(path) && load().catch(() => {})))
}

/** Loads pages in advance: the one of this URL now (until then the promise), that of a hovered or focused link, and the others once this one is complete. */
export function preloadPages(): Promise<void> {
  const first = preloadPage(location.pathname)
  const intend = (event: Event) => {
    const link = (event.target as Element | null)?.closest?.('a[href]')
    if (link instanceof HTMLAnchorElement && link.origin === location.origin) void preloadPage(link.pathname)
  }
  document.addEventListener('pointerover', intend, { passive: true })
  document.addEventListener('focusin', intend)
  void quiet().then(async () => {
    await loadLater(idle)
    for (const { load } of known) {
      await idle()
      await load().catch(() => {})
    }
  })
  return first
}

/** When the browser is idle. Not every browser reports it. */
const idle = (): Promise<void> =>
  new Promise((resolve) => {
    if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: 10_000 })
    else setTimeout(resolve, 200)
  })

/** Reports a page whose code could not be loaded (server down, or rebuilt); errors of the page itself are passed on. */
class LoadBoundary extends Component<{ children: ReactNode }, { failed: unknown }> {
  override state: { failed: unknown } = { failed: null }

  static getDerivedStateFromError(failed: unknown) {
    return { failed }
  }

  override render() {
    const { failed } = this.state
    if (failed === null) return this.props.children
    if (!(failed instanceof TypeError) || !/import/i.test(failed.message)) throw failed
    return (
      <ErrorState
        title={text.page.notLoaded}
        hint={text.page.notLoadedHint}
        onRetry={() => location.reload()}
        retryLabel={text.page.reload}
      />
    )
  }
}
