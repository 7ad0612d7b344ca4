// The leases for the picture: the same list while only times change, so that a renewal redraws nothing.
import type { FlannelLease } from '@registree/contract'
import { useRef } from 'react'

export const sameShape = (before: readonly FlannelLease[], after: readonly FlannelLease[]): boolean =>
  before.length === after.length &&
  before.every((lease, i) => {
    const other = after[i]
    return (
      lease === other ||
      (other !== undefined &&
        lease.source.key === other.source.key &&
        lease.source.keyspace === other.source.keyspace &&
        lease.v4 === other.v4 &&
        lease.v6 === other.v6 &&
        lease.reservation === other.reservation &&
        lease.publicIP === other.publicIP &&
        lease.publicIPv6 === other.publicIPv6 &&
        lease.node?.name === other.node?.name)
    )
  })

export function useSteadyLeases(leases: readonly FlannelLease[]): readonly FlannelLease[] {
  const kept = useRef(leases)
  if (!sameShape(kept.current, leases)) kept.current = leases
  return kept.current
}
