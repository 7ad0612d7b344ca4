// One flannel subnet lease, from its key and value. Source: flannel pkg/subnet/subnet.go, pkg/lease/lease.go.
import { type Cidr, networkOf, parseAddress } from './cidr.ts'
import { type FlannelMessage, plain } from './flannel-messages.ts'
import { isObject, isSecretOption, type Notice, toMaskedJson } from './network-config.ts'

/** Where something was read, as a link. */
export interface KeyRef {
  keyspace: 'v2' | 'v3'
  key: string
}

export interface SubnetLease {
  source: KeyRef
  v4: Cidr | null
  v6: Cidr | null
  publicIP: string | null
  publicIPv6: string | null
  backendType: string | null
  /** Backend data as label and value, in the order stored. */
  backendData: { label: string; value: string }[]
  /** RFC 3339; null if the lease does not expire, or if that is unknown. */
  expiration: string | null
  /** A lease without a TTL is a reservation: flannel never reclaims it. */
  reservation: boolean
  /** v2 indices or v3 revisions, decimal. */
  created: string | null
  modified: string | null
  notices: Notice[]
}

/** Parses `10.5.34.0-24` or `10.5.34.0-24&fc00::-64`. Null if the name is not a subnet. */
export function parseSubnetName(name: string): { v4: Cidr; v6: Cidr | null } | null {
  const match = /^(\d+\.\d+\.\d+\.\d+)-(\d+)(?:&([0-9a-fA-F:]+)-(\d+))?$/.exec(name)
  if (!match) return null
  const v4 = toCidr(match[1] ?? '', match[2] ?? '', 32)
  if (!v4) return null
  if (match[3] === undefined) return { v4, v6: null }
  const v6 = toCidr(match[3], match[4] ?? '', 128)
  return v6 ? { v4, v6 } : null
}

function toCidr(address: string, length: string, longest: number): Cidr | null {
  const parsed = parseAddress(address)
  const prefixLength = Number(length)
  if (!parsed || prefixLength > longest) return null
  return networkOf(parsed, prefixLength)
}

function dataRows(data: unknown, family: '' | 'v6 '): { label: string; value: string }[] {
  if (data === undefined || data === null) return []
  if (!isObject(data)) return [{ label: `${family}data`, value: typeof data === 'string' ? data : toMaskedJson(data) }]
  return Object.entries(data).map(([label, value]) => ({
    label: `${family}${label}`,
    value: isSecretOption(label) ? '(masked)' : typeof value === 'string' ? value : toMaskedJson(value),
  }))
}

const optionalText = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/**
 * Parses one key below `subnets/`. Never throws; errors are in `notices`. `expires`: an instant, `'never'` for a key without TTL or lease, or
 * `'unknown'` if the source cannot tell when the lease expires.
 */
export function parseSubnetLease(input: {
  source: KeyRef
  name: string
  value: string
  expires: { at: string } | 'never' | 'unknown'
  created?: string
  modified?: string
}): SubnetLease {
  const notices: Notice[] = []
  const subnet = parseSubnetName(input.name)
  if (!subnet)
    notices.push({
      severity: 'warning',
      says: { code: 'name-no-subnet', params: { name: input.name } },
    })
  let value: Record<string, unknown> = {}
  // A key that is not a subnet need not contain a lease.
  const wrong = (says: FlannelMessage) => subnet && notices.push({ severity: 'error', says })
  try {
    const parsed: unknown = JSON.parse(input.value)
    if (isObject(parsed)) value = parsed
    else wrong(plain('lease-no-object'))
  } catch {
    wrong(plain('lease-not-json'))
  }
  const publicIP = optionalText(value.PublicIP)
  const publicIPv6 = optionalText(value.PublicIPv6)
  if (notices.length === 0 && !publicIP && !publicIPv6) notices.push({ severity: 'error', says: plain('lease-without-public-ip') })
  if (publicIP && parseAddress(publicIP)?.family !== 4)
    notices.push({ severity: 'error', says: { code: 'public-ip-wrong', params: { ip: publicIP } } })
  return {
    source: input.source,
    v4: subnet?.v4 ?? null,
    v6: subnet?.v6 ?? null,
    publicIP,
    publicIPv6,
    backendType: optionalText(value.BackendType),
    backendData: [...dataRows(value.BackendData, ''), ...dataRows(value.BackendV6Data, 'v6 ')],
    expiration: typeof input.expires === 'object' ? input.expires.at : null,
    reservation: subnet !== null && input.expires === 'never',
    created: input.created ?? null,
    modified: input.modified ?? null,
    notices,
  }
}
