// Going back or forward restores a page's scroll position, with the focus on the link that led away. Going on puts the focus at the beginning of the
// new page, where otherwise it would be lost with the old page's link.
import { historyIndex, navigation } from './navigation.ts'

/** How long the restoration waits for data that has to be read again. */
const PATIENCE_MS = 5_000

/** An element by its path of child indices, from the content down. Pages need not name their scrolling elements. */
type Way = string

interface Place {
  scrolled: Map<Way, number>
  /** The focused element, and its link's target. */
  focused: { way: Way; href: string | null } | null
}

/** Called once per document. `contentId` names the element that holds the page. */
export function rememberPlaces(contentId: string): void {
  const content = () => document.getElementById(contentId)
  const places = new Map<number, Place>()
  let index = historyIndex()
  let returning: { end: () => void } | null = null

  const placeOf = (at: number): Place => {
    const place = places.get(at) ?? { scrolled: new Map(), focused: null }
    places.set(at, place)
    return place
  }
  const onScroll = ({ target }: Event) => {
    const root = content()
    if (returning !== null || root === null || !(target instanceof HTMLElement) || !root.contains(target)) return
    placeOf(index).scrolled.set(wayTo(root, target), target.scrollTop)
  }
  const onFocus = ({ target }: FocusEvent) => {
    const root = content()
    if (root === null || !(target instanceof HTMLElement) || target === root || !root.contains(target)) return
    placeOf(index).focused = { way: wayTo(root, target), href: target.getAttribute('href') }
  }
  /** Retries every frame as elements appear; the user's actions take precedence. */
  const settle = (place: Place | null) => {
    const wanted = new Map(place?.scrolled)
    let focused = place?.focused ?? null
    const until = performance.now() + PATIENCE_MS
    let frame = 0
    const step = () => {
      const root = content()
      if (root !== null) {
        for (const [way, top] of wanted) {
          const element = atWay(root, way)
          if (element === null || element.scrollHeight - element.clientHeight < top - 1) continue
          element.scrollTop = top
          wanted.delete(way)
        }
        const free = [null, document.body, root].includes(document.activeElement as HTMLElement | null)
        if (!free) focused = null
        else if (place === null) root.focus({ preventScroll: true })
        else if (focused !== null && wanted.size === 0) {
          const element = again(root, focused)
          if (element !== null) {
            element.focus({ preventScroll: true })
            focused = null
          }
        }
        if (wanted.size === 0 && focused === null) return end()
      }
      if (performance.now() > until) return end()
      frame = requestAnimationFrame(step)
    }
    const end = () => {
      cancelAnimationFrame(frame)
      for (const type of INTERRUPTIONS) window.removeEventListener(type, end, true)
      // Scroll events caused here arrive in the next frame.
      requestAnimationFrame(() => {
        if (returning === mine) returning = null
      })
    }
    const mine = { end }
    returning?.end()
    returning = mine
    for (const type of INTERRUPTIONS) window.addEventListener(type, end, { capture: true, passive: true })
    frame = requestAnimationFrame(step)
  }

  navigation().subscribe(({ action }) => {
    index = historyIndex()
    if (action.type === 'REPLACE') return
    if (action.type === 'PUSH') {
      for (const at of places.keys()) if (at >= index) places.delete(at)
      settle(null)
    } else settle(placeOf(index))
  })
  document.addEventListener('scroll', onScroll, { capture: true, passive: true })
  document.addEventListener('focusin', onFocus)
}

const INTERRUPTIONS = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const

function wayTo(root: Element, element: Element): Way {
  const way: number[] = []
  for (let at = element; at !== root && at.parentElement !== null; at = at.parentElement)
    way.push([...at.parentElement.children].indexOf(at))
  return way.reverse().join('.')
}

/** A link is identified by its target, wherever it is now: rows of a long list may be in any order. */
function again(root: Element, { way, href }: NonNullable<Place['focused']>): HTMLElement | null {
  const element = atWay(root, way)
  if (element?.getAttribute('href') === href) return element
  return href === null ? null : ([...root.querySelectorAll('a')].find((link) => link.getAttribute('href') === href) ?? null)
}

function atWay(root: Element, way: Way): HTMLElement | null {
  let at: Element | undefined = root
  for (const index of way.split('.')) at = at?.children[Number(index)]
  return at instanceof HTMLElement ? at : null
}
