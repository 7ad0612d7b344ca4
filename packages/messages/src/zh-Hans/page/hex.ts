// The bytes of a value, in Simplified Chinese.
import type { Translation } from '../../catalogue.ts'
import type { hex as english } from '../../en/page/hex.ts'

export const hex = {
  offset: '偏移',
  ascii: 'ASCII',
  goTo: '转到偏移',
  goToHint: '十进制，或十六进制如 0x1a',
  outside: '没有这个偏移：该值有 {size, number} 字节。',
  none: '未选择字节：请单击、拖动或用方向键移动',
  selectedOne: '字节 {from, number}（{hex}）',
  selected: '从 {from, number}（{hex}）起 {length, number} 字节',
  copyHex: '复制为十六进制',
  copyBase64: '复制为 base64',
  copyText: '复制为文本',
  copyDump: '复制为转储',
} satisfies Translation<typeof english>
