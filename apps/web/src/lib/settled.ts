// A value that has not changed for a moment: people who move through a tree with the arrow keys, or type, mean where they stop.
import { useEffect, useState } from 'react'

const REST_MS = 220

/** The first value counts at once, each later one after it has rested. */
export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), REST_MS)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}
