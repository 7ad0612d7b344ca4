// The language of the pages, as browser and server agree on it.

/** The cookie with the language that the reader has chosen; without one the server goes by `accept-language`. */
export const LANGUAGE_COOKIE = 'registree-language'
