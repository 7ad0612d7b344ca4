// A value that has stood still for a moment: whoever runs through a tree with the arrow keys, or types, means where they stop.
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
