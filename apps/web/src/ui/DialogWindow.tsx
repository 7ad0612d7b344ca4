// The window of a dialog: what `Dialog.tsx` loads when the first one opens.
import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { type ReactNode, useContext, useRef } from 'react'
import { classNames } from './class-names.ts'
import { UiWordsContext } from './words.ts'

export interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  hideTitle?: boolean
  closeLabel?: string
  side?: boolean
  children: ReactNode
  className?: string
}

export function DialogWindow({ open, onOpenChange, title, hideTitle = false, closeLabel, side = false, children, className }: DialogProps) {
  // The element that had the focus gets it back: a dialog may be opened by a shortcut as well as by a button.
  // Noted while drawing: by the first effect a field of the dialog has taken the focus.
  const words = useContext(UiWordsContext)
  const before = useRef<HTMLElement | null>(null)
  const wasOpen = useRef(false)
  if (open && !wasOpen.current) before.current = document.activeElement instanceof HTMLElement ? document.activeElement : null
  wasOpen.current = open
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/35" />
        <Base.Popup
          finalFocus={() => (before.current?.isConnected ? before.current : null)}
          className={classNames(
            'fixed z-50 flex flex-col border-line bg-raised text-ink shadow-xl outline-none',
            side
              ? 'inset-y-0 left-0 w-72 max-w-[85vw] border-r'
              : 'top-[12vh] left-1/2 max-h-[76vh] w-[40rem] max-w-[calc(100vw-1.5rem)] -translate-x-1/2 rounded-lg border',
            className,
          )}
        >
          <div className={hideTitle ? 'sr-only' : 'flex h-11 shrink-0 items-center justify-between border-b border-line pr-2 pl-4'}>
            <Base.Title className="text-base font-semibold">{title}</Base.Title>
            <Base.Close
              aria-label={closeLabel ?? words.close}
              className="inline-flex size-7 items-center justify-center rounded text-soft hover:bg-hover"
            >
              <X size={16} aria-hidden />
            </Base.Close>
          </div>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
