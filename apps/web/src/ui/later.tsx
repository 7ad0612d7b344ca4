// Parts that nobody sees at first: their code is loaded when one of them is first shown, or once the page is complete.
import { type ComponentType, type ReactNode, useContext, useEffect, useState } from 'react'
import { createPortal } from 'react-dom'
import { buttonClass } from './Button.tsx'
import { classNames } from './class-names.ts'
import { UiWordsContext } from './words.ts'

/** A module that is loaded once, when it is first wanted. */
export interface LaterModule<M> {
  /** Null until it is loaded. */
  now: M | null
  ready: () => Promise<M>
}

const known: LaterModule<unknown>[] = []

export function laterModule<M>(load: () => Promise<M>): LaterModule<M> {
  let loading: Promise<M> | null = null
  const module: LaterModule<M> = {
    now: null,
    ready: () => {
      loading ??= load().then(
        (loaded) => {
          module.now = loaded
          return loaded
        },
        (error) => {
          // The next one who wants it asks again.
          loading = null
          throw error
        },
      )
      return loading
    },
  }
  known.push(module)
  return module
}

/** Loads them all, one after the other. */
export async function loadLater(pause: () => Promise<void>): Promise<void> {
  for (const { ready } of known) {
    await pause()
    await ready().catch(() => {})
  }
}

/** Shows a part of the module: at once if it is loaded, else as soon as it is. */
export function Later<M, Props extends object>({
  from,
  part,
  props,
  meanwhile = null,
}: {
  from: LaterModule<M>
  part: (module: M) => ComponentType<Props>
  props: Props
  meanwhile?: ReactNode
}) {
  const [module, setModule] = useState<M | 'failed' | null>(from.now)
  useEffect(() => {
    if (module !== null) return
    let left = false
    from.ready().then(
      (loaded) => left || setModule(() => loaded),
      () => left || setModule('failed'),
    )
    return () => {
      left = true
    }
  }, [from, module])
  if (module === null) return meanwhile
  if (module === 'failed') return createPortal(<NotLoaded onRetry={() => setModule(null)} className={CORNER} />, document.body)
  const Part = part(module)
  return <Part {...props} />
}

/**
 * A component of a module that is loaded when it is first shown, or once the page is complete.
 * @param meanwhile stands in its place until then
 */
export function laterPart<M, Props extends object>(
  load: () => Promise<M>,
  part: (module: M) => ComponentType<Props>,
  meanwhile: ReactNode = null,
): ComponentType<Props> {
  const from = laterModule(load)
  return (props) => <Later from={from} part={part} props={props} meanwhile={meanwhile} />
}

const CORNER = 'fixed bottom-8 left-3 z-50 max-w-md rounded-md border border-line bg-raised p-3 shadow-lg'

/** The server is down, or was rebuilt. The page stays as it is. */
export function NotLoaded({ onRetry, className }: { onRetry: () => void; className: string }) {
  const { notLoaded, notLoadedHint, reload, retry } = useContext(UiWordsContext)
  return (
    <div role="alert" className={classNames('flex flex-col items-start gap-2 text-ink', className)}>
      <p className="font-medium">{notLoaded}</p>
      <p className="text-soft">{notLoadedHint}</p>
      <span className="flex gap-2">
        <button type="button" className={buttonClass()} onClick={onRetry}>
          {retry}
        </button>
        <button type="button" className={buttonClass()} onClick={() => location.reload()}>
          {reload}
        </button>
      </span>
    </div>
  )
}
