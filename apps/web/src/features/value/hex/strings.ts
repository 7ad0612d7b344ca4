// The texts of the hex view.
import { hex } from '@registree/messages/en/page/hex'
import { pageMessages } from '../../../i18n/language.ts'

const m = pageMessages('hex', hex)

export const strings = {
  ...m,
  selected: (from: number, length: number) => {
    const place = { from, hex: `0x${from.toString(16)}` }
    return length === 1 ? m.selectedOne(place) : m.selected({ length, ...place })
  },
  byte: (value: number) => value.toString(16).padStart(2, '0'),
}
