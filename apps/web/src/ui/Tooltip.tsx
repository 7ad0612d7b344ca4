// A short explanation on hover and keyboard focus of the element it wraps.
import { cloneElement, type ReactElement, type ReactNode, type Ref, type RefCallback, useCallback, useEffect, useRef } from 'react'
import { forgetTip, rememberTip, type Tip, tipChanged } from './tips.ts'

/** `children` must be one element that accepts a ref and, for the keyboard, the focus. */
export function Tooltip({
  content,
  children,
  side = 'bottom',
}: Tip & { children: ReactElement<{ ref?: Ref<Element> }>; content: ReactNode }) {
  const tip = useRef<Tip>({ content, side })
  tip.current = { content, side }
  const own = children.props.ref
  const ref = useCallback<RefCallback<Element>>(
    (element) => {
      if (element === null) return
      rememberTip(element, tip)
      const undo = give(own, element)
      return () => {
        forgetTip(element)
        undo()
      }
    },
    [own],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: told when the content changes, because it may be the one that is shown
  useEffect(() => tipChanged(tip), [content])
  return cloneElement(children, { ref })
}

/** Gives the element to the ref that the child has itself; returns what takes it away. */
function give(ref: Ref<Element> | undefined, element: Element): () => void {
  if (typeof ref === 'function') {
    const undo = ref(element)
    return typeof undo === 'function' ? undo : () => void ref(null)
  }
  if (ref) ref.current = element
  return () => {
    if (ref) ref.current = null
  }
}
