// Every word that the hex view shows.
import { count, exactSize } from '../../../lib/size.ts'

export const strings = {
  offset: 'Offset',
  ascii: 'ASCII',
  goTo: 'Go to offset',
  goToHint: 'in decimal, or in hex as 0x1a',
  outside: (size: number) => `There is no such offset: the value has ${exactSize(size)}.`,
  none: 'No byte selected: click, drag, or move with the arrow keys',
  selected: (from: number, length: number) =>
    length === 1 ? `byte ${count(from)} (0x${from.toString(16)})` : `${exactSize(length)} from ${count(from)} (0x${from.toString(16)})`,
  copyHex: 'Copy as hex',
  copyBase64: 'Copy as base64',
  copyText: 'Copy as text',
  copyDump: 'Copy as a dump',
  byte: (value: number) => `${value.toString(16).padStart(2, '0')}`,
}
