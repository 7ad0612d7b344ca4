// Who holds the addresses or ports of a RangeAllocation: its bitmap, which is small, and the Services that hold its entries.
import { type Static, Type } from 'typebox'
import { Cost, Nullable, Revision, WireKey } from './primitives.ts'

export const AllocationHolder = Type.Object({
  /** The Service's key. */
  ...WireKey,
  namespace: Type.String(),
  name: Type.String(),
  field: Type.Union([Type.Literal('clusterIP'), Type.Literal('nodePort'), Type.Literal('healthCheckNodePort')]),
  port: Type.String({ description: 'the service port that has the node port: its name, or its number' }),
})
export type AllocationHolder = Static<typeof AllocationHolder>

export const AllocationAnswer = Type.Object({
  revision: Revision,
  range: Type.String({ description: 'as stored: a CIDR, or `30000-32767`' }),
  holds: Type.Union([Type.Literal('addresses'), Type.Literal('ports')]),
  family: Nullable(Type.Union([Type.Literal('IPv4'), Type.Literal('IPv6')])),
  total: Revision,
  used: Revision,
  free: Revision,
  /** Set bits outside the range. */
  outside: Revision,
  first: Type.String({ description: 'the address or port of offset 0' }),
  bitmap: Type.String({
    description: 'base64; bit (i mod 8), counted from the lowest, of byte (i div 8) is offset i; zeros at the end are left out',
  }),
  held: Type.Array(
    Type.Object({ offset: Type.Integer(), allocated: Type.Boolean(), shared: Type.Boolean(), holders: Type.Array(AllocationHolder) }),
    { description: 'what Services hold, in order; `shared` by more than one Service' },
  ),
  counts: Type.Object({
    held: Type.Integer(),
    leaked: Type.Integer({ description: 'allocated, but held by no Service that could be read' }),
    missing: Type.Integer({ description: 'held by a Service, but not allocated' }),
    shared: Type.Integer(),
  }),
  services: Type.Object({
    read: Type.Integer(),
    unreadable: Type.Integer(),
    problem: Nullable(Type.String({ description: 'why not every Service could be read: `leaked` is then not certain' })),
  }),
  ipAddresses: Type.Boolean({
    description: 'the cluster keeps IPAddress objects as well: since Kubernetes 1.33 addresses are allocated by them',
  }),
  cost: Cost,
})
export type AllocationAnswer = Static<typeof AllocationAnswer>

/** The text of an entry: `first` plus `offset`. An IPv6 range allocates within the last 16 bits of its first address, so nothing carries. */
export function allocationEntry({ holds, family, first }: Pick<AllocationAnswer, 'holds' | 'family' | 'first'>, offset: number): string {
  if (holds === 'ports') return String(Number(first) + offset)
  if (family === 'IPv4') {
    const address = first.split('.').reduce((value, part) => value * 256 + Number(part), 0) + offset
    return [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(address / unit) % 256).join('.')
  }
  const at = first.lastIndexOf(':') + 1
  return first.slice(0, at) + (Number.parseInt(first.slice(at), 16) + offset).toString(16)
}
