// What remains until an instant, counting down by the second on a live source and standing still on a file.
import { useContext, useEffect, useState } from 'react'
import { text } from '../../i18n/en.ts'
import { AsOfContext, duration } from '../../lib/time.ts'

/** `until` in ms since the epoch. */
export function TimeLeft({ until }: { until: number }) {
  const asOf = useContext(AsOfContext)
  const [present, setPresent] = useState(() => Date.now())
  useEffect(() => {
    if (asOf !== null) return
    const timer = setInterval(() => setPresent(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [asOf])
  const left = (until - (asOf?.instant ?? present)) / 1000
  return <span>{left <= 0 ? text.keys.expired : duration(left)}</span>
}
