// Keeps the router from changing key URLs: inside the router such a URL is `/{cluster}/v3?at=<all of it, escaped once>`.
// A router decodes and encodes paths as it likes, which would change keys; a single search value survives unchanged.

const KEY_ADDRESS = /^\/[^/]+\/v[23](?=\/|$)/

/** Public URL → the router's URL. */
export function keyAddressInput(url: URL): URL {
  const head = KEY_ADDRESS.exec(url.pathname)?.[0]
  if (head === undefined) return url
  const inner = new URL(head, url.origin)
  inner.search = `?at=${encodeURIComponent(url.pathname.slice(head.length) + url.search)}`
  inner.hash = url.hash
  return inner
}

/** The router's URL → public URL. */
export function keyAddressOutput(url: URL): URL {
  if (!KEY_ADDRESS.test(url.pathname) || !url.search.startsWith('?at=')) return url
  const outer = new URL(url.pathname.replace(/\/$/, '') + decodeURIComponent(url.search.slice(4)), url.origin)
  outer.hash = url.hash
  return outer
}
