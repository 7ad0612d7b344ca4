// A page whose code is loaded when somebody is about to go there: the first paint needs the frame and one page, not all of them.
import { Component, type ComponentType, lazy, type ReactNode, Suspense, useState } from 'react'
import { text } from '../i18n/text.ts'
import { quiet } from '../lib/activity.ts'
import { ErrorState } from '../ui/ErrorState.tsx'

/** Which paths of a cluster (without its name) a page draws, and how to have its code at hand. */
const known: { holds: RegExp; load: () => Promise<unknown> }[] = []

/**
 * The page itself; where its code is there already it is drawn at once, without a moment of nothing.
 * @param holds the paths that it draws, the cluster's name taken away: `/findings`
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
  // Decided once: a later change would mount the page again.
  const [Now] = useState(() => page.now ?? page.later)
  return (
    <LoadBoundary>
      <Suspense fallback={<div className="h-full" data-pending />}>
        <Now {...props} />
      </Suspense>
    </LoadBoundary>
  )
}

/** Loads the code of the page at an address of ours, if it is not there yet. */
function preloadPage(pathname: string): void {
  const path = pathname.replace(/^\/[^/]+/, '')
  // What fails here is said when somebody goes there.
  for (const { holds, load } of known) if (holds.test(path)) load().catch(() => {})
}

/** Loads pages before they are asked for: the one of this address now, that of a link under the pointer or the focus, the others when this one has all it needs. */
export function preloadPages(): void {
  preloadPage(location.pathname)
  const intend = (event: Event) => {
    const link = (event.target as Element | null)?.closest?.('a[href]')
    if (link instanceof HTMLAnchorElement && link.origin === location.origin) preloadPage(link.pathname)
  }
  document.addEventListener('pointerover', intend, { passive: true })
  document.addEventListener('focusin', intend)
  void quiet().then(async () => {
    for (const { load } of known) {
      await idle()
      await load().catch(() => {})
    }
  })
}

/** When the browser has nothing else to do. Not every browser tells. */
const idle = (): Promise<void> =>
  new Promise((resolve) => {
    if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: 10_000 })
    else setTimeout(resolve, 200)
  })

/** A page whose code did not come (the server is down, or was rebuilt) says so; an error of the page itself is passed on. */
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
