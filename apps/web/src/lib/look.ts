// Tells the server what the reader has chosen and the first picture of a page must not contradict; the choices themselves are in this browser's storage.
import { LOOK_COOKIE, LOOKS, type Look } from '@registree/contract'

const A_YEAR_S = 365 * 24 * 3600

function told(): Look[] {
  const words = new RegExp(`(?:^|;\\s*)${LOOK_COOKIE}=([^;]*)`).exec(document.cookie)?.[1]?.split('.') ?? []
  return LOOKS.filter((look) => words.includes(look))
}

export function tellLook(look: Look, chosen: boolean): void {
  const before = told()
  const after = LOOKS.filter((one) => (one === look ? chosen : before.includes(one)))
  if (after.join() === before.join()) return
  // biome-ignore lint/suspicious/noDocumentCookie: the other interface to cookies exists in secure contexts only
  document.cookie = `${LOOK_COOKIE}=${after.join('.')}; Path=/; Max-Age=${after.length === 0 ? 0 : A_YEAR_S}; SameSite=Lax`
}

/** Panes keep their widths themselves. */
export function tellPanes(): void {
  try {
    tellLook(
      'panes',
      Object.keys(localStorage).some((key) => key.startsWith('registree.shares.')),
    )
  } catch {
    // Without storage there are no widths.
  }
}
