// A menu with real links and radio choices, opened by a button.
import { Menu as Base } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'

const item =
  'flex min-h-7 items-center gap-2 rounded px-2 text-sm outline-none data-[highlighted]:bg-hover data-[disabled]:opacity-50 no-underline'

export function Menu({
  trigger,
  children,
  align = 'start',
}: {
  trigger: ReactElement
  children: ReactNode
  align?: 'start' | 'end' | 'center'
}) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={4} collisionPadding={8} className="z-50">
          <Base.Popup className="max-h-[70vh] min-w-48 overflow-auto rounded-md border border-line bg-raised p-1 text-ink shadow-lg outline-none">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

export function MenuItem({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <Base.Item className={item} onClick={onClick}>
      {children}
    </Base.Item>
  )
}

/** `render` is the link element; the menu adds its keyboard behaviour. */
export function MenuLink({ render, children }: { render: ReactElement; children: ReactNode }) {
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

export function MenuChoice<T extends string>({
  value,
  onChange,
  choices,
}: {
  value: T
  onChange: (value: T) => void
  choices: readonly { value: T; label: ReactNode }[]
}) {
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
