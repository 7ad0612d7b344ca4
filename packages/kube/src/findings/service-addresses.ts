// Service addresses and node ports that are allocated without a holder, held without an allocation, or held twice.

import { type Holder, joinServices } from '../ranges/join-services.ts'
import { decodeRangeAllocation } from '../ranges/range-allocation.ts'
import { clusterIps } from '../related/services-section.ts'
import { textAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import type { FindingRule } from './finding-rule.ts'
import type { FindingLink, SeenObject } from './types.ts'

const MOST_LISTED = 1000

/**
 * Up to Kubernetes 1.32 the bitmap (`ranges/serviceips`) is authoritative; from 1.33 on each address has an IPAddress object, and a remaining bitmap
 * is outdated. Node ports stay in a bitmap.
 */
export const serviceAddresses: FindingRule = {
  id: 'leaked-address',
  fieldsAt: {
    'services/specs': [
      '.metadata.name',
      '.metadata.namespace',
      '.spec.type',
      '.spec.clusterIP',
      '.spec.clusterIPs',
      '.spec.ports',
      '.spec.healthCheckNodePort',
    ],
    ipaddresses: ['.spec.parentRef'],
    ranges: ['.range', '.data'],
  },
  start({ known, root, report }) {
    const services: KubeObject[] = []
    const byName = new Map<string, SeenObject>()
    const addresses = new Map<string, SeenObject>()
    const ranges: SeenObject[] = []
    const linkOf = ({ namespace, name }: { namespace: string; name: string }): FindingLink => ({
      text: `service ${namespace}/${name}`,
      key: `${root}services/specs/${namespace}/${name}`,
    })

    const judgeRange = (seen: SeenObject) => {
      const decoded = decodeRangeAllocation(seen.object ?? null)
      if (!decoded.ok) return
      const { allocation } = decoded
      if (allocation.holds === 'addresses' && addresses.size > 0) return
      const what = allocation.holds === 'addresses' ? 'Address' : 'Node port'
      const joined = joinServices(allocation, services, MOST_LISTED)
      for (const entry of joined.leaks)
        report(seen, {
          severity: 'warning',
          says: `${what} ${entry} of ${allocation.range} is allocated, and no Service has it.`,
        })
      const holder = (first: Holder | undefined) => (first && byName.get(`${first.namespace}/${first.name}`)) ?? seen
      for (const { entry, holders } of joined.missing)
        report(holder(holders[0]), {
          rule: 'unallocated-address',
          severity: 'error',
          says: `${what} ${entry} is not allocated in ${allocation.range}: it may be handed out a second time.`,
          links: [{ text: 'the allocation', key: root + seen.path + (seen.path === 'ranges' ? `/${seen.name}` : '') }],
        })
      for (const { entry, holders } of joined.conflicts)
        report(seen, {
          rule: 'shared-address',
          severity: 'error',
          says: `${what} ${entry} belongs to ${holders.map(({ namespace, name }) => `${namespace}/${name}`).join(' and ')}.`,
          links: uniqueBy(holders.map(linkOf)),
        })
    }

    const judgeAddresses = () => {
      const heldFor = (address: SeenObject) => {
        const parent = (member: string) => textAt(address.object, 'spec', 'parentRef', member)
        return parent('resource') === 'services' ? `${parent('namespace')}/${parent('name')}` : null
      }
      for (const [address, seen] of addresses) {
        const service = heldFor(seen)
        if (service === null || byName.has(service)) continue
        report(seen, { severity: 'warning', says: `Address ${address} is held for Service ${service}, which is not there.` })
      }
      for (const [service, seen] of byName) {
        if (textAt(seen.object, 'spec', 'type') === 'ExternalName') continue
        for (const address of clusterIps(seen.object ?? {})) {
          const held = addresses.get(address)
          if (held === undefined) {
            report(seen, {
              rule: 'unallocated-address',
              severity: 'error',
              says: `There is no IPAddress ${address}: the address may be handed out a second time.`,
            })
            continue
          }
          const other = byName.get(heldFor(held) ?? service)
          if (other === undefined || other === seen) continue
          report(seen, {
            rule: 'shared-address',
            severity: 'error',
            says: `It has address ${address}, which is held for Service ${other.namespace}/${other.name}.`,
            links: [linkOf(other), { text: 'the allocation', key: `${root}ipaddresses/${address}` }],
          })
        }
      }
    }

    return {
      see(seen) {
        if (seen.object === undefined) return
        if (seen.path === 'services/specs') {
          services.push(seen.object)
          byName.set(`${seen.namespace}/${seen.name}`, seen)
        } else if (seen.path === 'ipaddresses') addresses.set(seen.name, seen)
        else if (seen.path === 'ranges' || seen.path.startsWith('ranges/')) ranges.push(seen)
      },
      end() {
        // With an unreadable Service or address, the holders are unknown.
        if (known.unreadable.has('services/specs') || known.unreadable.has('ipaddresses')) return
        for (const range of ranges) judgeRange(range)
        if (addresses.size > 0) judgeAddresses()
      },
    }
  },
}

function uniqueBy(links: FindingLink[]): FindingLink[] {
  return [...new Map(links.map((link) => [link.key, link])).values()]
}
