// Gives every request an address that the router can take: what it could not decode would be answered before any hook, without our headers.

/** The same address; or, where its path is malformed, one that leads to what answers for unknown addresses (the web page reads its own). */
export function routableUrl(url: string): string {
  // `*` and absolute addresses are of requests to proxies; `//` is no path of an address.
  if (!url.startsWith('/') || url.startsWith('//')) return '/malformed'
  const [path = '/'] = url.split(/[?#]/, 1)
  try {
    decodeURIComponent(path)
    return url
  } catch {
    return path.startsWith('/api/') ? '/api/malformed' : '/malformed'
  }
}
