// Every word of the text viewer.
import { count } from '../../lib/size.ts'

const plural = (n: number, one: string, many: string) => `${count(n)} ${n === 1 ? one : many}`

export const codeText = {
  tools: 'Reading',
  find: 'Find',
  findHint: 'Find in the value (Ctrl F)',
  findPlaceholder: 'Find in this value',
  matchCase: 'Match case',
  next: 'Next match (n)',
  previous: 'Previous match (N)',
  close: 'Close find (Escape)',
  matches: (at: number | null, total: number, more: boolean) =>
    total === 0 ? 'no match' : `${at === null ? '' : `${count(at)} of `}${count(total)}${more ? '+' : ''}`,
  wrap: 'Wrap long lines',
  unfoldAll: 'Unfold everything',
  refold: 'Fold noise away',
  folded: (lines: number) => `${plural(lines, 'line', 'lines')} folded`,
  unfold: 'Unfold',
  foldLine: 'Fold',
  linkTo: (line: number) => `Link to line ${line}`,
  line: (line: number, of: number) => `line ${count(line)} of ${count(of)}`,
  marked: (from: number, to: number) => (from === to ? `line ${count(from)} marked` : `lines ${count(from)}–${count(to)} marked`),
  beyond: (line: number, total: number) =>
    `Line ${line} is not here: this text has ${total.toLocaleString('en-US')} ${total === 1 ? 'line' : 'lines'}`,
  clear: 'Clear the mark',
  wholeValue: '(the whole value)',
  paths: { kubectl: 'kubectl', jq: 'jq' },
  copyPath: { kubectl: 'Copy the path as an option of kubectl get', jq: 'Copy the path as a filter of jq' },
  pathCopied: 'Path copied',
  copyRefused: 'The browser refused to copy',
  filledIn: 'not stored here: etcd’s mod revision, as the API server fills it in',
  maskedWhy: 'Start Registree with --reveal-secrets to show what is masked.',
} as const
