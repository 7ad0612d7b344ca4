// Sizes in bytes.
export const size = {
  bytes: '{n, plural, one {# byte} other {# bytes}}',
} as const
