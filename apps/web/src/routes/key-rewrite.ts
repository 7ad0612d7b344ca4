// Keeps the router's hands off the addresses of keys: inside the router such an address is `/{cluster}/v3?at=<all of it, escaped once>`.
// A router decodes and encodes paths as it sees fit, which would change keys; what is inside one search value survives as it is.

const KEY_ADDRESS = /^\/[^/]+\/v[23](?=\/|$)/

/** Public address → what the router sees. */
export function keyAddressInput(url: URL): URL {
  const head = KEY_ADDRESS.exec(url.pathname)?.[0]
  if (head === undefined) return url
  const inner = new URL(head, url.origin)
  inner.search = `?at=${encodeURIComponent(url.pathname.slice(head.length) + url.search)}`
  inner.hash = url.hash
  return inner
}

/** What the router sees → public address. */
export function keyAddressOutput(url: URL): URL {
  if (!KEY_ADDRESS.test(url.pathname) || !url.search.startsWith('?at=')) return url
  const outer = new URL(url.pathname.replace(/\/$/, '') + decodeURIComponent(url.search.slice(4)), url.origin)
  outer.hash = url.hash
  return outer
}
