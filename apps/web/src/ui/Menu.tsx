// A menu with real links and radio choices, opened by a button.
import {
  cloneElement,
  type HTMLAttributes,
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  type ReactNode,
  type Ref,
  useState,
} from 'react'
import { Later, laterModule } from './later.tsx'
import type { Align, MenuChoiceProps, MenuItemProps, MenuLinkProps, MenuStart } from './MenuParts.tsx'

const menus = laterModule(() => import('./MenuParts.tsx'))

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
  const [start, setStart] = useState<MenuStart>('popup')
  const [button, setButton] = useState<HTMLElement | null>(null)
  return (
    <>
      {cloneElement(trigger, {
        ref: setButton,
        'aria-haspopup': 'menu',
        'aria-expanded': open,
        onPointerEnter: () => void menus.ready().catch(() => {}),
        // A click without a pointer is Enter or Space.
        onClick: ({ detail }: MouseEvent) => {
          setStart(detail === 0 ? 'first' : 'popup')
          setOpen(!open)
        },
        onKeyDown: (event: KeyboardEvent) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
          event.preventDefault()
          setStart(event.key === 'ArrowUp' ? 'last' : 'first')
          setOpen(true)
        },
      })}
      {open && button !== null && (
        <Later from={menus} part={(module) => module.MenuPopup} props={{ button, start, onClose: () => setOpen(false), align, children }} />
      )}
    </>
  )
}

// Shown within an open menu only, whose code is theirs too.
export const MenuItem = (props: MenuItemProps) => menus.now && <menus.now.MenuItem {...props} />
export const MenuLink = (props: MenuLinkProps) => menus.now && <menus.now.MenuLink {...props} />
export const MenuChoice = <T extends string>(props: MenuChoiceProps<T>) => menus.now && <menus.now.MenuChoice {...props} />
export const MenuNote = (props: { children: ReactNode }) => menus.now && <menus.now.MenuNote {...props} />
