// What the notices of a source say, by their code: the words for what the server tells with a code and its parameters.
import type { Notice } from '@registree/contract'

type Params = NonNullable<Notice['params']>

/** `p` are the parameters of the code as the server names them. */
export const notices = {
  'log-applied': (p: Params) =>
    `${writes(p, 'is', 'are')} applied here from the log: etcd had not put ${p.writes === 1 ? 'it' : 'them'} into the database file yet (raft index ${p.databaseIndex}; the log goes to ${p.shownIndex}). etcd does the same when it starts.`,
  'log-missing': (p: Params) =>
    `${writes(p, 'in the log is', 'in the log are')} not shown, because ${p.reason}. What is shown is the state at raft index ${p.shownIndex}, and older than what etcd would show.`,
  'log-short': (p: Params) =>
    `The log can be followed up to raft index ${p.reached} only, but entries up to ${p.committed} were committed: ${p.entries === '1' ? '1 entry is' : `${p.entries} entries are`} missing, and what is shown may be old.`,
  'log-uncertain': (p: Params) =>
    `${writes(p, 'at the end of the log', 'at the end of the log')} (raft index ${p.first} to ${p.last}) may not have been committed by a majority of the members, and ${p.writes === 1 ? 'is' : 'are'} not shown. Another member’s data directory may tell.`,
  'log-torn': (p: Params) => `The log ends in an unfinished record at byte ${p.offset}, as after a crash; what precedes it was read.`,
  'log-damaged': (p: Params) => `The record at byte ${p.offset} ${p.problem}; later changes are not shown.`,
  'log-data-after-end': (p: Params) =>
    `The log ends at byte ${p.offset}, where a record’s length is zero, but there is more data from byte ${p.at} on. etcd ignores that data too, and overwrites it when it starts: what it says is not shown. Keep a copy of this file before etcd is started on it.`,
  'log-unreadable': (p: Params) => `The log cannot be read: ${p.reason}. What it holds and the database does not is not shown.`,
  'ages-unknown': () =>
    'Nothing in this file says when it was taken: no value that was changed lately names a time. Ages cannot be told, and no heartbeat, deletion or lease is judged.',
  'ages-encrypted': (p: Params) =>
    `Nothing that can be read in this file says when it was taken: ${p.looked === 1 || p.looked === '1' ? 'the value that was changed last is encrypted and no key opens it' : `of the ${p.looked} values that were changed last, ${p.encrypted} ${p.encrypted === 1 || p.encrypted === '1' ? 'is' : 'are'} encrypted and no key opens ${p.encrypted === 1 || p.encrypted === '1' ? 'it' : 'them'}`}. Ages cannot be told, and no heartbeat, deletion or lease is judged. Give the key with --encryption-config.`,
  'no-log': () => 'There is no log (member/wal) beside this database: writes that etcd had put into its log alone are not shown.',
  'database-behind-snapshot': (p: Params) =>
    `The database is at raft index ${p.databaseIndex}, but the member’s snapshot is at ${p.snapshotIndex}, and the database that belongs to it (${p.file}) is not here: etcd does not start on these files.`,
  'sent-database': (p: Params) =>
    `${p.file} is shown instead of db: it came from the leader with the snapshot at raft index ${p.snapshotIndex}, and db is at ${p.databaseIndex} only. etcd puts it in place when it starts.`,
  'restored-bumped': (p: Params) =>
    `This was restored with --bump-revision and --mark-compacted: it goes on at revision ${p.revision}, and earlier revisions are not offered.`,
  'sha256-mismatch': () => 'The checksum at the end of the snapshot does not match: the file was changed or damaged after it was saved.',
  'sha256-cut': (p: Params) =>
    `The checksum at the end of the snapshot is not whole: the file was cut short or has grown. The database before it, ${p.size} bytes, is all here but cannot be verified.`,
  'freelist-wrong': (p: Params) =>
    `${[
      pages(p.inUse, p.inUseCount, 'is both in use and on the list of free pages', 'are both in use and on the list of free pages'),
      pages(p.twice, p.twiceCount, 'is on the list of free pages more than once', 'are on the list of free pages more than once'),
      pages(p.lost, p.lostCount, 'is neither in use nor on the list of free pages', 'are neither in use nor on the list of free pages'),
    ]
      .filter(Boolean)
      .join('. ')}. ${refusedFile(p)}`,
  'freelist-unreadable': (p: Params) => `The list of free pages (page ${p.page}) ${p.problem}. ${refusedFile(p)}`,
} satisfies Record<string, (p: Params) => string>

function writes({ writes }: Params, one: string, several: string): string {
  return writes === 1 ? `1 write ${one}` : `${Number(writes).toLocaleString('en-US')} writes ${several}`
}

/** Some pages by their numbers; only the first few are named; '' for none. */
function pages(named: Params[string] | undefined, count: Params[string] | undefined, one: string, several: string): string {
  const numbers = Array.isArray(named) ? named : []
  if (numbers.length === 0) return ''
  const more = Number(count) - numbers.length
  return numbers.length === 1 && more === 0
    ? `Page ${numbers[0]} ${one}`
    : `Pages ${numbers.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en-US')} more` : ''} ${several}`
}

function refusedFile({ whole }: Params): string {
  const mend =
    'All keys can be read. “bbolt surgery freelist abandon FILE --output COPY” writes a copy without the list, which etcdctl takes with --skip-hash-check.'
  return `“etcdctl snapshot status” refuses this file, and “snapshot restore” ends in a panic or never ends.${whole === 1 ? ` ${mend}` : ''}`
}
