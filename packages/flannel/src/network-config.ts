// flannel's `config` key: every field with its effective value and its origin.
// Source: flannel pkg/subnet/config.go, pkg/backend/*, Documentation/{configuration,backends}.md.
import { type Cidr, type Family, formatAddress, formatCidr, lastOf, parseAddress, parseCidr, sizeOf, width } from './cidr.ts'
import { type FlannelMessage, plain } from './flannel-messages.ts'

/** What is wrong, or worth knowing. */
export interface Notice {
  severity: 'info' | 'warning' | 'error'
  says: FlannelMessage
}

/** One effective setting. `origin` tells whether it was configured; `note` says where code and documentation disagree. */
export interface Setting {
  name: string
  value: string
  origin: 'config' | 'default'
  masked?: true
  note?: FlannelMessage
}

/** The part of a network that flannel assigns, for one address family. */
export interface SubnetPlan {
  family: Family
  network: Cidr
  subnetLength: number
  /** The first and last subnet that flannel assigns. */
  min: Cidr
  max: Cidr
}

export interface NetworkConfig {
  settings: Setting[]
  plans: SubnetPlan[]
  backendType: string
  notices: Notice[]
}

type Json = Record<string, unknown>

/** Whether an option's value is secret and must never be shown. Go also reads `pſk` as PSK: its case folding includes `ſ` and the Kelvin sign. */
export function isSecretOption(name: string): boolean {
  return /psk|secret|privatekey/.test(name.toUpperCase().toLowerCase())
}

const DEFAULT_OPTIONS: Record<string, [name: string, value: string, note?: FlannelMessage][]> = {
  vxlan: [
    ['VNI', '1'],
    ['Port', '0', plain('note-port-kernel')],
    ['GBP', 'false'],
    ['Learning', 'false'],
    ['DirectRouting', 'false'],
  ],
  udp: [['Port', '8285']],
  wireguard: [
    ['ListenPort', '51820'],
    ['ListenPortV6', '51821'],
    ['Mode', 'separate'],
    ['PersistentKeepaliveInterval', '0'],
  ],
  ipsec: [
    ['UDPEncap', 'false'],
    ['ESPProposal', 'aes128gcm16-sha256-prfsha256-ecp256'],
  ],
  ipip: [['DirectRouting', 'false']],
}

/** Backend types of all flannel releases. */
const BACKEND_TYPES = [
  'udp',
  'vxlan',
  'host-gw',
  'wireguard',
  'ipsec',
  'ipip',
  'gce',
  'aws-vpc',
  'ali-vpc',
  'tencent-vpc',
  'extension',
  'alloc',
]

/** For JSON.parse results. packages/kube has its own for exact numbers; packages do not depend on each other. */
export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Go's encoding/json matches field names case-insensitively; so does flannel. */
function field(object: Json, name: string): unknown {
  if (name in object) return object[name]
  const key = Object.keys(object).find((candidate) => candidate.toLowerCase() === name.toLowerCase())
  return key === undefined ? undefined : object[key]
}

const show = (value: unknown): string => (typeof value === 'string' ? value : toMaskedJson(value))

/** JSON text without secret options, at any depth. */
export function toMaskedJson(value: unknown): string {
  try {
    return JSON.stringify(value, (name, content: unknown) => (isSecretOption(name) ? '(masked)' : content)) ?? ''
  } catch {
    // JSON.parse accepts any depth; serialising needs a stack.
    return '(nested too deeply to be shown)'
  }
}

function backendSettings(backend: Json, type: string): Setting[] {
  const settings: Setting[] = []
  const written = new Set<string>()
  for (const [name, value] of Object.entries(backend)) {
    if (name.toLowerCase() === 'type') continue
    written.add(name.toLowerCase())
    const secret = isSecretOption(name)
    settings.push({
      name: `Backend.${name}`,
      value: secret ? '(masked)' : show(value),
      origin: 'config',
      ...(secret ? { masked: true as const } : {}),
    })
  }
  for (const [name, value, note] of Object.hasOwn(DEFAULT_OPTIONS, type) ? (DEFAULT_OPTIONS[type] ?? []) : []) {
    if (!written.has(name.toLowerCase())) settings.push({ name: `Backend.${name}`, value, origin: 'default', ...(note ? { note } : {}) })
  }
  return settings
}

function planFor(family: Family, config: Json, settings: Setting[], notices: Notice[]): SubnetPlan | null {
  const prefix = family === 4 ? '' : 'IPv6'
  const names = { network: `${prefix}Network`, length: `${prefix}SubnetLen`, min: `${prefix}SubnetMin`, max: `${prefix}SubnetMax` }
  const networkText = field(config, names.network)
  if (typeof networkText !== 'string' || networkText === '') {
    notices.push({ severity: 'error', says: { code: 'setting-missing', params: { setting: names.network } } })
    return null
  }
  const network = parseCidr(networkText)
  if (!network || network.family !== family) {
    notices.push({
      severity: 'error',
      says: { code: 'setting-no-network', params: { setting: names.network, value: networkText, family: `v${family}` } },
    })
    return null
  }
  settings.push({ name: names.network, value: networkText, origin: 'config' })
  if (network.hostBits)
    notices.push({
      severity: 'info',
      says: { code: 'setting-host-bits', params: { setting: names.network, value: networkText, network: formatCidr(network) } },
    })

  const usual = family === 4 ? 24 : 64
  const longest = family === 4 ? 30 : 126
  const lengthText = field(config, names.length)
  let subnetLength: number
  if (typeof lengthText === 'number' && Number.isInteger(lengthText) && lengthText > 0) {
    subnetLength = lengthText
    settings.push({ name: names.length, value: String(lengthText), origin: 'config' })
    if (subnetLength > longest)
      notices.push({
        severity: 'error',
        says: { code: 'subnet-length-long', params: { setting: names.length, value: String(subnetLength), longest: String(longest) } },
      })
    if (subnetLength < network.prefixLength + 2) {
      notices.push({
        severity: 'error',
        says: { code: 'subnet-length-few', params: { setting: names.length, value: String(subnetLength), network: formatCidr(network) } },
      })
    }
    if (subnetLength > width(family) || subnetLength < network.prefixLength) return null
  } else {
    if (lengthText !== undefined && lengthText !== 0)
      notices.push({ severity: 'error', says: { code: 'subnet-length-wrong', params: { setting: names.length, value: show(lengthText) } } })
    // config.go: the usual length if at least four such subnets fit, else four subnets.
    subnetLength = network.prefixLength <= usual - 2 ? usual : network.prefixLength + 2
    settings.push({ name: names.length, value: String(subnetLength), origin: 'default' })
    if (subnetLength > longest) {
      notices.push({
        severity: 'error',
        says: { code: 'network-small', params: { network: formatCidr(network), longest: String(longest) } },
      })
      return null
    }
  }
  const subnet: Cidr = { family, base: network.base, prefixLength: subnetLength }
  const size = sizeOf(subnet)
  const last = lastOf(network) - size + 1n
  const bound = (name: string, fallback: bigint): Cidr => {
    const text = field(config, name)
    if (typeof text === 'string' && text !== '') {
      const address = parseAddress(text)
      if (address && address.family === family && address.value >= network.base && address.value <= lastOf(network)) {
        settings.push({ name, value: text, origin: 'config' })
        const base = address.value - (address.value % size)
        if (base !== address.value)
          notices.push({
            severity: 'error',
            says: { code: 'setting-off-boundary', params: { setting: name, value: text, length: String(subnetLength) } },
          })
        return { ...subnet, base }
      }
      notices.push({
        severity: 'error',
        says: { code: 'setting-no-address', params: { setting: name, value: text, network: formatCidr(network) } },
      })
    }
    settings.push({ name, value: formatAddress({ family, value: fallback }), origin: 'default' })
    return { ...subnet, base: fallback }
  }
  // By default the first subnet is skipped, because its network address is the network's own.
  const min = bound(names.min, network.base + size <= last ? network.base + size : last)
  const max = bound(names.max, last)
  if (min.base > max.base)
    notices.push({ severity: 'error', says: { code: 'settings-reversed', params: { min: names.min, max: names.max } } })
  return { family, network: { family, base: network.base, prefixLength: network.prefixLength }, subnetLength, min, max }
}

/**
 * Parses the text of a flannel `config` key. Never throws: errors are in `notices`, and everything readable is returned. Secret options are masked.
 */
export function parseNetworkConfig(text: string): NetworkConfig {
  const notices: Notice[] = []
  let config: unknown
  try {
    config = JSON.parse(text)
  } catch {
    return {
      settings: [],
      plans: [],
      backendType: '',
      notices: [
        {
          severity: 'error',
          says: plain('config-not-json'),
        },
      ],
    }
  }
  if (!isObject(config)) {
    return {
      settings: [],
      plans: [],
      backendType: '',
      notices: [{ severity: 'error', says: plain('config-no-object') }],
    }
  }
  const settings: Setting[] = []
  const flag = (name: string, fallback: boolean): boolean => {
    const value = field(config as Json, name)
    if (typeof value === 'boolean') settings.push({ name, value: String(value), origin: 'config' })
    else settings.push({ name, value: String(fallback), origin: 'default' })
    return typeof value === 'boolean' ? value : fallback
  }
  const plans: SubnetPlan[] = []
  const v4 = flag('EnableIPv4', true)
  const v6 = flag('EnableIPv6', false)
  flag('EnableNFTables', false)
  for (const family of [4, 6] as const) {
    if (family === 4 ? !v4 : !v6) continue
    const plan = planFor(family, config, settings, notices)
    if (plan) plans.push(plan)
  }
  const backend = field(config, 'Backend')
  let backendType = 'udp'
  if (isObject(backend)) {
    const type = field(backend, 'Type')
    if (typeof type === 'string' && type !== '') {
      backendType = type.toLowerCase()
      settings.push({ name: 'Backend.Type', value: type, origin: 'config' })
      if (!BACKEND_TYPES.includes(backendType)) notices.push({ severity: 'warning', says: { code: 'backend-unknown', params: { type } } })
    } else {
      settings.push({
        name: 'Backend.Type',
        value: 'udp',
        origin: 'default',
        note: plain('note-udp'),
      })
    }
    settings.push(...backendSettings(backend, backendType))
  } else {
    settings.push({
      name: 'Backend.Type',
      value: 'udp',
      origin: 'default',
      note: plain('note-udp-without-backend'),
    })
    settings.push(...backendSettings({}, 'udp'))
  }
  return { settings, plans, backendType, notices }
}
