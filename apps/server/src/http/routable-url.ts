// Rewrites malformed addresses for the router: it would answer those before any hook, without our headers.

/** The same address; or, if its path is malformed, one that leads to the handler for unknown addresses (the web page reads its own). */
export function routableUrl(url: string): string {
  // `*` and absolute addresses belong to proxy requests; `//` is not a path.
  if (!url.startsWith('/') || url.startsWith('//')) return '/malformed'
  const [path = '/'] = url.split(/[?#]/, 1)
  try {
    decodeURIComponent(path)
    return url
  } catch {
    return path.startsWith('/api/') ? '/api/malformed' : '/malformed'
  }
}
