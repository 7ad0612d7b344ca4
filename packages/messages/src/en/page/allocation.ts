// The view of a RangeAllocation.
export const allocation = {
  label: 'Allocation',
  loading: 'Reading the Services',
  usage:
    '{holds, select, ports {{used, number} of {total, plural, one {# port} other {# ports}}} other {{used, number} of {total, plural, one {# address} other {# addresses}}}} ({percent})',
  free: '{n, number} free',
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
  row: {
    held: 'held',
    leaked: 'leaked',
    missing: 'not allocated',
    unknown: 'holder not known',
  },
  run: '{holds, select, ports {{n, plural, one {# port} other {# ports}}} other {{n, plural, one {# address} other {# addresses}}}}',
  shared: 'shared',
  columns: {
    addresses: 'Address',
    ports: 'Port',
    state: 'State',
    holder: 'Service',
  },
  healthCheck: 'for its health check',
  forPort: 'for port {port}',
  filter: '{holds, select, ports {Filter by port or Service} other {Filter by address or Service}}',
  countOf:
    '{shown, number} of {holds, select, ports {{n, plural, one {# port} other {# ports}}} other {{n, plural, one {# address} other {# addresses}}}}',
  none: 'Nothing is allocated, and no Service holds anything of this range.',
  noneFound: 'Nothing matches “{filter}”.',
  noneOf: {
    all: '',
    held: 'No allocated entry is held by a Service.',
    leaked: 'Nothing is allocated without a Service that holds it.',
    missing: 'Everything that Services hold is allocated.',
    shared: 'Nothing is held by more than one Service.',
  },
  services: 'Compared with {read, number} {read, plural, one {Service} other {Services}} of the same revision.',
  uncertain: 'What is shown as leaked may be held by a Service that was not read.',
  outside:
    '{bits, plural, one {# more bit is set that means} other {# more bits are set that mean}} nothing in this range: the bitmap was made for another range.',
  ipAddresses:
    'This cluster keeps IPAddress objects too. Since 1.33, Kubernetes allocates service addresses with them by default and may no longer update this bitmap.',
} as const
