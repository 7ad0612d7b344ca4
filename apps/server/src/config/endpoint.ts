// Normalises an endpoint as typed to the form that the sources use.
import { isIPv6 } from 'node:net'
import path from 'node:path'
import { ConfigError } from './config-error.ts'

/** etcd's default client port; HTTP's own defaults do not apply. */
const CLIENT_PORT = '2379'

/**
 * Returns `http://host:port`, `https://host:port`, `unix:///path` or `unixs:///path`.
 * @param where names the flag or line in an error
 * @param secure whether an address without a scheme means https, as in etcdctl if a certificate, key or CA is given
 * @param base the directory that a socket's path is relative to
 * @throws ConfigError, which never contains a password
 */
export function readEndpoint(text: string, where: string, secure: boolean, base: string): string {
  const unix = /^(unixs?):(?:\/\/)?(.+)$/.exec(text)
  if (unix !== null) return `${unix[1]}://${path.resolve(base, unix[2] as string)}`
  if (/^\.{0,2}\//.test(text)) throw new ConfigError(`${where}: "${text}" is a path; for a socket write unix://${text}.`)
  const address = isIPv6(text) ? `[${text}]` : text
  const written = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `${secure ? 'https' : 'http'}://${address}`
  const shown = text.replace(/(^|\/\/)[^/]*@/, '$1…@')
  let url: URL
  try {
    url = new URL(written)
  } catch {
    throw new ConfigError(`${where}: "${shown}" is no address; write https://10.0.0.1:2379.`)
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new ConfigError(`${where}: "${shown}" must begin with http://, https:// or unix://.`)
  if (url.username !== '' || url.password !== '') throw new ConfigError(`${where}: put the user into --user, not into the address.`)
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw new ConfigError(`${where}: "${shown}" has a path; an endpoint is only scheme, host and port.`)
  // URL drops a port that is the scheme's default, but it may have been given.
  const port = url.port !== '' ? url.port : (/:(\d+)\/?$/.exec(written)?.[1] ?? CLIENT_PORT)
  return `${url.protocol}//${url.hostname}:${port}`
}

export const isSecure = (endpoint: string): boolean => /^(https|unixs):/.test(endpoint)
