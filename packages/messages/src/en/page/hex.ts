// The bytes of a value.
export const hex = {
  offset: 'Offset',
  ascii: 'ASCII',
  goTo: 'Go to offset',
  goToHint: 'in decimal, or in hex as 0x1a',
  outside: 'There is no such offset: the value has {size, plural, one {# byte} other {# bytes}}.',
  none: 'No byte selected: click, drag, or move with the arrow keys',
  selectedOne: 'byte {from, number} ({hex})',
  selected: '{length, plural, one {# byte} other {# bytes}} from {from, number} ({hex})',
  copyHex: 'Copy as hex',
  copyBase64: 'Copy as base64',
  copyText: 'Copy as text',
  copyDump: 'Copy as a dump',
} as const
