// Every word of the history of a key, in one place so that other languages can follow.
import type { EvidenceKind, HistoryAction, WriterEvidence } from '@registree/contract'
import { count, exactSize } from '../../lib/size.ts'

const plural = (n: number, one: string, many: string) => `${count(n)} ${n === 1 ? one : many}`
const host = (source: string) => source.replace(/^(host|writer)\//, '')

type Params = Readonly<Record<string, string | number | readonly string[]>>
const n = (params: Params) => Number(params.count ?? 0)

export const strings = {
  title: 'Kept revisions of this key',
  loading: 'Reading the history of the key',
  kept: (shown: number, total: number | null) =>
    total === null ? plural(shown, 'revision', 'revisions') : `${count(shown)} of ${plural(total, 'kept revision', 'kept revisions')}`,
  older: 'Show older revisions',
  readingOlder: 'Reading older revisions',
  none: 'No revision of this key is kept.',
  revision: (revision: string) => `Revision ${revision}`,
  showAt: (revision: string) => `Show the value at revision ${revision}`,
  shown: 'shown',
  actions: { created: 'Created', updated: 'Updated', deleted: 'Deleted', recreated: 'Created again' } satisfies Record<
    HistoryAction,
    string
  >,
  lastValue: 'Last value',
  lastValueOf: (revision: string) => `Show the value before it was deleted at revision ${revision}`,
  version: (version: string) => `version ${version}`,
  size: (bytes: number, rounded: boolean) => (rounded ? `up to ${exactSize(bytes)}` : exactSize(bytes)),
  lease: (id: string) => `lease ${id}`,
  by: 'by',
  or: 'or',
  subresource: (manager: string, subresource: string) => (subresource === '' ? manager : `${manager} (${subresource})`),
  writersBy: {
    'entry-changed': 'Its entry in metadata.managedFields changed with this revision.',
    'covers-changes': 'Its entry in metadata.managedFields has the fields that changed.',
    newest: 'A guess: its entry in metadata.managedFields is the newest. The revision before is not kept.',
    unknown: '',
  } satisfies Record<WriterEvidence, string>,
  beforeGone: 'The revision before is not kept, so what changed is not known.',
  edge: {
    compacted: (revision: string) => `etcd was compacted at revision ${revision}. Earlier revisions of this key are gone.`,
    first: 'The key did not exist before.',
    searched: (reads: number, oldest: string, gap: string) =>
      `The key did not exist at any of the ${plural(reads, 'revision', 'revisions')} that were checked, back to revision ${oldest}. If it existed for fewer than ${count(Number(gap))} revisions in between, that is not found.`,
  },
  hidden: 'etcd tells only whether a key exists at one revision. Where this key was absent, only some revisions were checked.',
  change: {
    created: () => 'created',
    deleted: () => 'deleted',
    same: () => 'Written again without a change.',
    ciphertext: () => 'The encrypted value changed. Without its key, what changed is not known.',
    form: () => 'The value has another form.',
    'not-compared': () => 'The value is too large to be compared.',
    folded: (params: Params) => plural(n(params), 'routine change', 'routine changes'),
    undecided: (params: Params) => plural(n(params), 'masked value may have changed', 'masked values may have changed'),
    more: (params: Params) => plural(n(params), 'more change', 'more changes'),
    bytes: (params: Params) => `${plural(n(params), 'range of bytes', 'ranges of bytes')} changed`,
    conditions: (params: Params) => `${plural(n(params), 'condition', 'conditions')}: ${String(params.types)}`,
    lines: (params: Params) => `${plural(Number(params.added), 'line', 'lines')} added, ${count(Number(params.removed))} removed`,
  } as Record<string, (params: Params) => string>,
  foldedHint: 'Changes that happen all the time, such as heartbeats, times of renewal and managedFields.',
  added: 'added',
  removed: 'removed',
  moved: 'moved',
  masked: {
    different: 'masked value changed',
    'length-differs': 'masked value changed (its length differs)',
    undecided: 'masked value may have changed',
  } as Record<string, string>,
  time: {
    unknown: 'time unknown',
    unknownHint: 'Nothing in the store tells when this revision was written.',
    between: (from: string, to: string) => `Written between ${from} and ${to}, most likely at`,
    notBefore: (from: string) => `Written at ${from} or later, most likely at`,
    notAfter: (to: string) => `Written at ${to} or earlier, most likely at`,
    range: (from: string, to: string) => `${from} – ${to}`,
    since: (from: string) => `after ${from}`,
    until: (to: string) => `before ${to}`,
    how: 'etcd stores no times. This one is known by:',
    evidence: {
      created: (_source: string, at: string, revision: string) => `an object created at ${at} (revision ${revision})`,
      lease: (source: string, at: string, revision: string) => `the lease of ${host(source)}, renewed at ${at} (revision ${revision})`,
      event: (source: string, at: string, revision: string) => `an Event of ${host(source)} at ${at} (revision ${revision})`,
      condition: (source: string, at: string, revision: string) => `a condition that ${host(source)} set at ${at} (revision ${revision})`,
      'managed-fields': (_source: string, at: string, revision: string) => `a time in managedFields, ${at} (revision ${revision})`,
      deletion: (_source: string, at: string, revision: string) => `a deletion asked for at ${at} (revision ${revision})`,
      seen: (_source: string, at: string, revision: string) => `Registree, which saw revision ${revision} at ${at}`,
    } satisfies Record<EvidenceKind, (source: string, at: string, revision: string) => string>,
    due: (source: string, at: string, revision: string) =>
      `the lease of ${host(source)}, renewed at ${at} and not renewed again by this revision (revision ${revision})`,
    offset: (ms: number) => `its clock is ${Math.abs(ms)} ms ${ms > 0 ? 'ahead' : 'behind'}, which is taken into account`,
  },
}
