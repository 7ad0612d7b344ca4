// Every word that the view of a RangeAllocation shows.
import { many } from '../../../lib/many.ts'
import { count } from '../../../lib/size.ts'

const entries = (holds: 'addresses' | 'ports', n: number) =>
  `${count(n)} ${holds === 'addresses' ? (n === 1 ? 'address' : 'addresses') : n === 1 ? 'port' : 'ports'}`

export const strings = {
  label: 'Allocation',
  loading: 'Reading the Services',
  usage: (holds: 'addresses' | 'ports', used: string, total: string, percent: string) => `${used} of ${total} ${holds} (${percent})`,
  free: (n: string) => `${n} free`,
  filters: 'Which entries to show',
  states: {
    all: 'All',
    held: 'Held',
    leaked: 'Leaked',
    missing: 'Missing',
    shared: 'Shared',
  },
  hints: {
    all: 'Everything that is allocated or held',
    held: 'Allocated, and held by a Service',
    leaked:
      'Allocated, but no Service holds it: left behind by a deletion that did not finish, until the API server’s repair loop frees it',
    missing: 'Held by a Service, but not allocated: it may be handed out a second time',
    shared: 'Held by more than one Service',
  },
  /** The word in the row. */
  row: { held: 'held', leaked: 'leaked', missing: 'not allocated', unknown: 'holder not known' },
  run: entries,
  shared: 'shared',
  columns: { addresses: 'Address', ports: 'Port', state: 'State', holder: 'Service' },
  healthCheck: 'for its health check',
  forPort: (port: string) => `for port ${port}`,
  filter: (holds: 'addresses' | 'ports') => (holds === 'addresses' ? 'Filter by address or Service' : 'Filter by port or Service'),
  count: (holds: 'addresses' | 'ports', shown: number, all: number) =>
    shown === all ? entries(holds, all) : `${count(shown)} of ${entries(holds, all)}`,
  none: 'Nothing is allocated, and no Service holds anything of this range.',
  noneFound: (filter: string) => `Nothing matches “${filter}”.`,
  noneOf: {
    all: '',
    held: 'No allocated entry is held by a Service.',
    leaked: 'Nothing is allocated without a Service that holds it.',
    missing: 'Everything that Services hold is allocated.',
    shared: 'Nothing is held by more than one Service.',
  },
  services: (read: number) => `Compared with ${count(read)} ${read === 1 ? 'Service' : 'Services'} of the same revision.`,
  uncertain: 'What is shown as leaked may be held by a Service that was not read.',
  outside: (bits: string) =>
    `${many(bits, 'more bit is set that stands', 'more bits are set that stand')} for nothing in this range: the bitmap was made for another one.`,
  ipAddresses:
    'This cluster keeps IPAddress objects too. By default Kubernetes allocates service addresses with them since 1.33, and may no longer keep this bitmap up.',
}
