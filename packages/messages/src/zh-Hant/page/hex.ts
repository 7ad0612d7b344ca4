// The bytes of a value, in Traditional Chinese.
import type { Translation } from '../../catalogue.ts'
import type { hex as english } from '../../en/page/hex.ts'

export const hex = {
  offset: '位移',
  ascii: 'ASCII',
  goTo: '前往位移',
  goToHint: '十進位，或十六進位如 0x1a',
  outside: '沒有這個位移：該值有 {size, number} 位元組。',
  none: '未選擇位元組：請按一下、拖曳或用方向鍵移動',
  selectedOne: '位元組 {from, number}（{hex}）',
  selected: '從 {from, number}（{hex}）起 {length, number} 位元組',
  copyHex: '複製為十六進位',
  copyBase64: '複製為 base64',
  copyText: '複製為文字',
  copyDump: '複製為傾印',
} satisfies Translation<typeof english>
