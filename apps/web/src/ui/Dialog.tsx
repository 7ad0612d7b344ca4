// A dialog over the page, or (side) a sheet at its left edge; Escape and a click outside close it.
import { useRef } from 'react'
import type { DialogProps } from './DialogWindow.tsx'
import { Later, laterModule } from './later.tsx'

const dialogs = laterModule(() => import('./DialogWindow.tsx'))

export function Dialog(props: DialogProps) {
  const opened = useRef(false)
  opened.current ||= props.open
  return opened.current ? <Later from={dialogs} part={(module) => module.DialogWindow} props={props} /> : null
}
