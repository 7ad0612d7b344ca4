// The rules of findings by name: apart from the schemas, because pages need no more of them.

/** In the order in which a reader should look at them; the last two are rankings, not faults. */
export const FINDING_RULES = [
  'unreadable',
  'silent-node',
  'lost-pod',
  'stuck-deletion',
  'blocked-drain',
  'orphan',
  'missing-namespace',
  'missing-definition',
  'misnamed',
  'unallocated-address',
  'shared-address',
  'leaked-address',
  'removed-version',
  'stale-lease',
  'unknown-kind',
  'too-large',
  'encrypted',
  'largest',
  'rewritten',
] as const
