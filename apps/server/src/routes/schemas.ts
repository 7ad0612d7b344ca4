// The response schemas that every route shares: a problem for every status that is not 200.
import { Problem } from '@registree/contract'
import { Type } from 'typebox'

export const ClusterParams = Type.Object({ cluster: Type.String() })

/** A download: a Buffer passes the serialiser untouched. */
export const Bytes = Type.Unsafe<Uint8Array>({ type: 'string', format: 'binary' })

export const problems = { '4xx': Problem, '5xx': Problem } as const
