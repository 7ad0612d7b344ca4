// A value that has not changed for a moment: users who move through a tree by keyboard, or type, mean where they stop.
import { useEffect, useState } from 'react'

const REST_MS = 220

/** Returns the first value at once, each later one after a pause. */
export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), REST_MS)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}
