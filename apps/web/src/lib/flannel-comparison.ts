// How much of flannel's networks was compared with Kubernetes: what a page may claim if nothing disagrees.
import type { FlannelAnswer } from '@registree/contract'

/** `part`: something could not be read, or was too much. `none`: there are no nodes. */
export type FlannelComparison = 'all' | 'part' | 'none'

export function flannelComparison({ notices, compared }: Pick<FlannelAnswer, 'notices' | 'compared'>): FlannelComparison {
  if (
    notices.some(
      ({ severity, sentences }) => severity !== 'info' || sentences.some(({ code }) => code === 'not-readable' || code === 'part-unread'),
    )
  )
    return 'part'
  return compared.nodes === 0 ? 'none' : 'all'
}
