// A dialog over the page, or (side) a sheet at its left edge; Escape and a click outside close it.
import { type ReactNode, useRef } from 'react'
import { Later, laterModule } from './later.tsx'

const dialogs = laterModule(() => import('./DialogWindow.tsx'))

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

export function Dialog(props: DialogProps) {
  const opened = useRef(false)
  opened.current ||= props.open
  return opened.current ? <Later from={dialogs} part={(module) => module.DialogWindow} props={props} /> : null
}
