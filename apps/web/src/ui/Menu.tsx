// A menu with real links and radio choices, opened by a button.
import { cloneElement, type HTMLAttributes, type KeyboardEvent, type ReactElement, type ReactNode, type Ref, useState } from 'react'
import { Later, laterModule } from './later.tsx'

const menus = laterModule(() => import('./MenuParts.tsx'))

type Align = 'start' | 'end' | 'center'

export interface MenuPopupProps {
  button: HTMLElement
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

/** @param trigger a button that accepts a ref */
export function Menu({
  trigger,
  children,
  align = 'start',
}: {
  trigger: ReactElement<HTMLAttributes<HTMLElement> & { ref?: Ref<HTMLElement> }>
  children: ReactNode
  align?: Align
}) {
  const [open, setOpen] = useState(false)
  const [button, setButton] = useState<HTMLElement | null>(null)
  return (
    <>
      {cloneElement(trigger, {
        ref: setButton,
        'aria-haspopup': 'menu',
        'aria-expanded': open,
        onPointerEnter: () => void menus.ready().catch(() => {}),
        onClick: () => setOpen(!open),
        onKeyDown: (event: KeyboardEvent) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
          event.preventDefault()
          setOpen(true)
        },
      })}
      {open && button !== null && (
        <Later from={menus} part={(module) => module.MenuPopup} props={{ button, onClose: () => setOpen(false), align, children }} />
      )}
    </>
  )
}

// Shown within an open menu only, whose code is theirs too.
export const MenuItem = (props: MenuItemProps) => menus.now && <menus.now.MenuItem {...props} />
export const MenuLink = (props: MenuLinkProps) => menus.now && <menus.now.MenuLink {...props} />
export const MenuChoice = <T extends string>(props: MenuChoiceProps<T>) => menus.now && <menus.now.MenuChoice {...props} />
