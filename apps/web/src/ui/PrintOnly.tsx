// Printed in place of a partly rendered page: the full text, created when the user prints.
import { useEffect, useState } from 'react'
import { createPortal, flushSync } from 'react-dom'

/** @param link where the text can be found again */
export function PrintOnly({ title, link, text }: { title: string; link: string; text: () => string }) {
  if (!usePrinting()) return null
  return createPortal(
    <div data-printed>
      <h1>{title}</h1>
      <p>{link}</p>
      <pre>{text()}</pre>
    </div>,
    document.body,
  )
}

/** True from before the browser captures the page for printing until it is done. */
function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false)
  useEffect(() => {
    const media = matchMedia('print')
    // Synchronously: the browser does not wait for the next frame.
    const begin = () => flushSync(() => setPrinting(true))
    const end = () => setPrinting(false)
    const change = () => flushSync(() => setPrinting(media.matches))
    if (media.matches) setPrinting(true)
    window.addEventListener('beforeprint', begin)
    window.addEventListener('afterprint', end)
    media.addEventListener('change', change)
    return () => {
      window.removeEventListener('beforeprint', begin)
      window.removeEventListener('afterprint', end)
      media.removeEventListener('change', change)
    }
  }, [])
  return printing
}
