// A menu's popup and what is in it: what `Menu.tsx` loads when the first one opens.
import { Menu as Base } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import { type FocusEvent, type ReactElement, type ReactNode, useRef } from 'react'

export type Align = 'start' | 'end' | 'center'

/** Where the focus goes first: by pointer nothing is chosen yet, by keyboard the first or last item is. */
export type MenuStart = 'popup' | 'first' | 'last'

export interface MenuPopupProps {
  button: HTMLElement
  start: MenuStart
  onClose: () => void
  align: Align
  children: ReactNode
}

export interface MenuItemProps {
  onClick: () => void
  children: ReactNode
}

/** `render` is the link element; the menu adds its keyboard behaviour. */
export interface MenuLinkProps {
  render: ReactElement
  children: ReactNode
}

export interface MenuChoiceProps<T extends string> {
  value: T
  onChange: (value: T) => void
  choices: readonly { value: T; label: ReactNode }[]
}

const item =
  'flex min-h-7 items-center gap-2 rounded px-2 text-sm outline-none data-[highlighted]:bg-hover data-[disabled]:opacity-50 no-underline'

/** The open menu beside its button. */
export function MenuPopup({ button, start, onClose, children, align }: MenuPopupProps) {
  const begun = useRef(false)
  /** The popup takes the focus when it is placed, and hands it on by keyboard. */
  const begin = ({ target, currentTarget }: FocusEvent<HTMLElement>) => {
    if (target !== currentTarget || begun.current) return
    begun.current = true
    if (start === 'popup') return
    const items = currentTarget.querySelectorAll<HTMLElement>('[role^="menuitem"]')
    items.item(start === 'first' ? 0 : items.length - 1)?.focus()
  }
  return (
    <Base.Root
      open
      onOpenChange={(open, { event }) => {
        // The button closes it by itself.
        if (!open && !(event.target instanceof Node && button.contains(event.target) && event.type !== 'keydown')) onClose()
      }}
    >
      <Base.Portal>
        <Base.Positioner anchor={button} align={align} sideOffset={4} collisionPadding={8} className="z-50">
          <Base.Popup
            onFocus={begin}
            aria-label={nameOf(button)}
            finalFocus={() => button}
            className="max-h-[70vh] min-w-48 overflow-auto rounded-md border border-line bg-raised p-1 text-ink shadow-lg outline-none"
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

/** A menu is named as its button. */
const nameOf = (button: HTMLElement) => button.getAttribute('aria-label') ?? button.textContent?.trim() ?? ''

export function MenuItem({ onClick, children }: MenuItemProps) {
  return (
    <Base.Item className={item} onClick={onClick}>
      {children}
    </Base.Item>
  )
}

export function MenuLink({ render, children }: MenuLinkProps) {
  return (
    <Base.LinkItem className={item} render={render} closeOnClick>
      {children}
    </Base.LinkItem>
  )
}

/** A sentence among the items. */
export function MenuNote({ children }: { children: ReactNode }) {
  return (
    <Base.Group>
      <Base.GroupLabel className="max-w-64 px-2 py-1 text-xs text-soft">{children}</Base.GroupLabel>
    </Base.Group>
  )
}

export function MenuChoice<T extends string>({ value, onChange, choices }: MenuChoiceProps<T>) {
  return (
    <Base.RadioGroup value={value} onValueChange={(next) => onChange(next as T)}>
      {choices.map((choice) => (
        <Base.RadioItem key={choice.value} value={choice.value} className={item} closeOnClick>
          <span className="w-4">
            <Base.RadioItemIndicator>
              <Check size={14} aria-hidden />
            </Base.RadioItemIndicator>
          </span>
          {choice.label}
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  )
}
