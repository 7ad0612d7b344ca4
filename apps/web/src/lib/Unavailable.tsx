// Why a cluster has no such keyspace. The list of clusters is in the HTML, so its translation may come later than it is drawn.
import type { ClusterInfo } from '@registree/contract'
import { useEffect, useState } from 'react'
import { say } from './say.ts'
import { wordsFor } from './words.ts'

export function Unavailable({ keyspace: { sentences, unavailable } }: { keyspace: ClusterInfo['v3'] }) {
  const said = JSON.stringify(sentences ?? [])
  const [ready, setReady] = useState(() => wordsFor(said) === null)
  useEffect(() => {
    if (ready) return
    let left = false
    // They may have come since it was drawn.
    void Promise.resolve(wordsFor(said, ['errors'])).then(() => left || setReady(true))
    return () => {
      left = true
    }
  }, [ready, said])
  // A line of its height keeps the place.
  return ready ? say.error(sentences, unavailable ?? '') : '\u00a0'
}
