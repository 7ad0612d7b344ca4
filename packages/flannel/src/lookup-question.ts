// Parses a look-up question: an address, network, port or host name, or one of them with a port.
import { type Address, type Cidr, formatAddress, formatCidr, parseAddress, parseCidr } from './cidr.ts'

/** `text` is the question in normal form, which parses the same. */
export type LookupQuestion =
  | { kind: 'address'; text: string; address: Address; port: number | null }
  | { kind: 'network'; text: string; network: Cidr }
  | { kind: 'port'; text: string; port: number }
  /** Lower case, without a trailing dot. */
  | { kind: 'host'; text: string; host: string; port: number | null }

const MOST_PORT = 65_535
/** RFC 1123, with the underscore of service records; wildcards as in an Ingress. */
const HOST = /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/
const MOST_HOST = 253

/** Null if the text is none of them. `https://web.example.com:8443/path` asks for its host and port. */
export function parseLookup(text: string): LookupQuestion | null {
  const url = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#]+)/i.exec(text.trim())
  const asked = url?.[1] ?? text.trim()

  const network = url === null ? parseCidr(asked) : null
  if (network !== null) {
    const { family, base, prefixLength } = network
    return { kind: 'network', text: formatCidr(network), network: { family, base, prefixLength } }
  }

  const alone = /^(?:port\s+|:)?(\d{1,5})$/i.exec(asked)
  if (alone) {
    const port = toPort(alone[1])
    return port === null ? null : { kind: 'port', text: String(port), port }
  }

  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(asked)
  const address = parseAddress(withoutZone(bracketed?.[1] ?? asked))
  if (address !== null) return addressQuestion(address, bracketed?.[2])
  if (bracketed) return null

  const [, name = '', portText] = /^([^:]+?)\.?(?::(\d{1,5}))?$/.exec(asked) ?? []
  const v4 = parseAddress(name)
  if (v4 !== null) return addressQuestion(v4, portText)
  const host = name.toLowerCase()
  // Only digits and dots is an incomplete address, not a name.
  if (host.length > MOST_HOST || !HOST.test(host) || /^[\d.]+$/.test(host)) return null
  const port = portText === undefined ? null : toPort(portText)
  if (portText !== undefined && port === null) return null
  return { kind: 'host', text: port === null ? host : `${host}:${port}`, host, port }
}

function addressQuestion(address: Address, portText: string | undefined): LookupQuestion | null {
  const port = portText === undefined ? null : toPort(portText)
  if (portText !== undefined && port === null) return null
  const written = formatAddress(address)
  const text = port === null ? written : address.family === 6 ? `[${written}]:${port}` : `${written}:${port}`
  return { kind: 'address', text, address, port }
}

/** `fe80::1%eth0`: the interface after `%` is only meaningful on that host. */
const withoutZone = (text: string): string => (text.includes(':') ? text.replace(/%.*$/, '') : text)

function toPort(text: string | undefined): number | null {
  const port = Number(text)
  return port >= 1 && port <= MOST_PORT ? port : null
}
