// The text of an allocation's entries against the expected addresses.
import { expect, test } from 'vitest'
import { allocationEntry } from './allocation.ts'

test.each([
  [{ holds: 'addresses', family: 'IPv4', first: '10.254.0.1' }, 0, '10.254.0.1'],
  [{ holds: 'addresses', family: 'IPv4', first: '10.254.0.1' }, 254, '10.254.0.255'],
  [{ holds: 'addresses', family: 'IPv4', first: '10.254.0.1' }, 255, '10.254.1.0'],
  [{ holds: 'addresses', family: 'IPv4', first: '240.0.0.1' }, 0xffffffd, '255.255.255.254'],
  [{ holds: 'addresses', family: 'IPv6', first: 'fd00:10:96::1' }, 65_534, 'fd00:10:96::ffff'],
  [{ holds: 'addresses', family: 'IPv6', first: '2001:db8:0:1:1:1:1:1' }, 15, '2001:db8:0:1:1:1:1:10'],
  [{ holds: 'ports', family: null, first: '30000' }, 2767, '32767'],
] as const)('%j, offset %i', (space, offset, text) => {
  expect(allocationEntry(space, offset)).toBe(text)
})
