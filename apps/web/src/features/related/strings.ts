// The texts of what belongs to an object.
import type { RelatedLooked, RelatedSectionId } from '@registree/contract'
import { related } from '@registree/messages/en/page/related'
import { pageMessages } from '../../i18n/language.ts'

const m = pageMessages('related', related)

export const relatedText = {
  ...m,
  sections: m.sections satisfies Record<RelatedSectionId, string>,
  looked: (looked: readonly RelatedLooked[]): string[] => looked.map((one) => m.lookedIn({ n: one.objects, place: placeOf(one) })),
  cut: (looked: RelatedLooked) => m.cut({ n: looked.objects, place: placeOf(looked) }),
  unread: (looked: RelatedLooked) => m.unread({ unread: looked.unread, n: looked.objects, place: placeOf(looked) }),
}

/** `events/shop/web.…` reads like the key it is. */
function placeOf({ path, namespace, namePrefix }: RelatedLooked): string {
  return `${path}/${namespace === null ? '' : `${namespace}/`}${namePrefix === '' ? '' : `${namePrefix}…`}`
}
