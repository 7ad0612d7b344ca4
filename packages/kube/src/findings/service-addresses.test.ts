// Service addresses and node ports against their allocations.
import { expect, test } from 'vitest'
import { serviceAddresses } from './service-addresses.ts'
import { brief, foundIn } from './testing/found-in.ts'

const service = (name: string, clusterIP: string, nodePort?: number) => ({
  metadata: { name, namespace: 'shop' },
  spec: { type: 'ClusterIP', clusterIP, ports: [{ port: 80, ...(nodePort === undefined ? {} : { nodePort }) }] },
})
/** Offset n of 10.0.0.0/24 is the address 10.0.0.(n + 1). */
const bitmap = (...offsets: number[]) => {
  const bytes = new Uint8Array(32)
  for (const offset of offsets) bytes[31 - (offset >> 3)] = (bytes[31 - (offset >> 3)] ?? 0) | (1 << (offset & 7))
  return { metadata: {}, range: '10.0.0.0/24', data: Buffer.from(bytes).toString('base64') }
}

test('allocated without a holder, held without an allocation, held twice', () => {
  const found = foundIn(serviceAddresses, {
    'services/specs/shop/a': service('a', '10.0.0.10'),
    'services/specs/shop/b': service('b', '10.0.0.10'),
    'services/specs/shop/c': service('c', '10.0.0.12'),
    'services/specs/shop/headless': service('headless', 'None'),
    'ranges/serviceips': bitmap(9, 19),
  })
  expect(brief(found)).toEqual([
    'warning leaked-address ranges/serviceips: Address 10.0.0.20 of 10.0.0.0/24 is allocated, and no Service has it.',
    'error unallocated-address services/specs/shop/c: Address 10.0.0.12 is not allocated in 10.0.0.0/24: it may be handed out a second time.',
    'error shared-address ranges/serviceips: Address 10.0.0.10 belongs to shop/a and shop/b.',
  ])
  expect(found[1]?.links).toEqual([{ text: 'the allocation', key: '/registry/ranges/serviceips' }])
})

test('consistent: every address has its Service, and every Service its address', () => {
  expect(
    foundIn(serviceAddresses, {
      'services/specs/shop/a': service('a', '10.0.0.10'),
      'services/specs/shop/out': { metadata: { name: 'out', namespace: 'shop' }, spec: { type: 'ExternalName' } },
      'ranges/serviceips': bitmap(9),
    }),
  ).toEqual([])
})

test('IPAddress objects replace the bitmap', () => {
  const parent = (name: string) => ({ spec: { parentRef: { resource: 'services', namespace: 'shop', name } } })
  const found = foundIn(serviceAddresses, {
    'services/specs/shop/a': service('a', '10.0.0.10'),
    'services/specs/shop/b': service('b', '10.0.0.10'),
    'services/specs/shop/c': service('c', '10.0.0.12'),
    'services/specs/shop/dual': {
      metadata: { name: 'dual', namespace: 'shop' },
      spec: { clusterIP: '10.0.0.13', clusterIPs: ['10.0.0.13', 'fd00::13'] },
    },
    'ipaddresses/10.0.0.10': parent('a'),
    'ipaddresses/10.0.0.13': parent('dual'),
    'ipaddresses/10.0.0.20': parent('gone'),
    // Left over from before the upgrade.
    'ranges/serviceips': bitmap(100),
  })
  expect(brief(found)).toEqual([
    'warning leaked-address ipaddresses/10.0.0.20: Address 10.0.0.20 is held for Service shop/gone, which is not there.',
    'error shared-address services/specs/shop/b: It has address 10.0.0.10, which is held for Service shop/a.',
    'error unallocated-address services/specs/shop/c: There is no IPAddress 10.0.0.12: the address may be handed out a second time.',
    'error unallocated-address services/specs/shop/dual: There is no IPAddress fd00::13: the address may be handed out a second time.',
  ])
})

test('with an unreadable Service, there are no findings', () => {
  expect(foundIn(serviceAddresses, { 'services/specs/shop/a': { problem: 'damaged' }, 'ranges/serviceips': bitmap(9) })).toEqual([])
})
