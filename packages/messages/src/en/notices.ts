// Notices about a source, by code: what was noticed while an etcd or a file was opened or read.
export const notices = {
  'log-applied':
    'Read from the log: {writes, plural, one {# write is} other {# writes are}} not in the database file yet (raft index {databaseIndex}; the log goes to {shownIndex}). etcd does the same when it starts.',
  'log-missing':
    'Not shown: {writes, plural, one {# write} other {# writes}} in the log, because {reason}. What is shown is the state at raft index {shownIndex}, older than what etcd would show.',
  'log-short':
    'The log can be followed only to raft index {reached}, but entries up to {committed} were committed: {entries, plural, one {# entry is} other {# entries are}} missing, and what is shown may be old.',
  'log-uncertain':
    'Not shown: {writes, plural, one {# write} other {# writes}} at the end of the log (raft index {first} to {last}) that a majority of the members may not have committed. Another member’s data directory may tell.',
  'log-torn': 'The log ends in an unfinished record at byte {offset}, as after a crash. Everything before it was read.',
  'log-damaged': 'The record at byte {offset} {problem}. Later changes are not shown.',
  'log-data-after-end':
    'The log ends at byte {offset}, where a record’s length is zero, but more data follows from byte {at}. etcd ignores that data and overwrites it when it starts, so it is not shown. Keep a copy of this file before you start etcd on it.',
  'log-unreadable': 'The log cannot be read: {reason}. Changes that only the log holds are not shown.',
  'ages-unknown':
    'Nothing in this file says when it was taken: no recently changed value names a time. Ages are unknown, and heartbeats, deletions and leases are not judged.',
  'ages-encrypted':
    'Nothing readable in this file says when it was taken: {looked, plural, one {the most recently changed value is encrypted and no key opens it} other {of the # most recently changed values, {encrypted, plural, one {# is} other {# are}} encrypted and no key opens {encrypted, plural, one {it} other {them}}}}. Ages are unknown, and heartbeats, deletions and leases are not judged. Give the key with --encryption-config.',
  'no-log': 'There is no log (member/wal) beside this database: writes that etcd had put only into its log are not shown.',
  'database-behind-snapshot':
    'The database is at raft index {databaseIndex}, but the member’s snapshot is at {snapshotIndex}, and the database that belongs to it ({file}) is missing: etcd does not start on these files.',
  'sent-database':
    '{file} is shown instead of db: the leader sent it with the snapshot at raft index {snapshotIndex}, and db is only at {databaseIndex}. etcd puts it in place when it starts.',
  'restored-bumped':
    'This was restored with --bump-revision and --mark-compacted: it continues at revision {revision}, and earlier revisions are not offered.',
  'sha256-mismatch': 'The checksum at the end of the snapshot does not match: the file was changed or damaged after it was saved.',
  'sha256-cut':
    'The checksum at the end of the snapshot is incomplete: the file was cut short or has grown. The database before it, {size, plural, one {# byte} other {# bytes}}, is complete but cannot be verified.',
  'freelist-wrong':
    '{inUseCount, plural, =0 {} =1 {Page {inUse} is both in use and on the list of free pages. } other {# pages are both in use and on the list of free pages, such as {inUse}. }}{twiceCount, plural, =0 {} =1 {Page {twice} is on the list of free pages more than once. } other {# pages are on the list of free pages more than once, such as {twice}. }}{lostCount, plural, =0 {} =1 {Page {lost} is neither in use nor on the list of free pages. } other {# pages are neither in use nor on the list of free pages, such as {lost}. }}“etcdctl snapshot status” refuses this file, and “snapshot restore” panics or never ends.{whole, plural, =1 { All keys can be read. “bbolt surgery freelist abandon FILE --output COPY” writes a copy without the list, which etcdctl accepts with --skip-hash-check.} other {}}',
  'freelist-unreadable':
    'The list of free pages (page {page}) {problem}. “etcdctl snapshot status” refuses this file, and “snapshot restore” panics or never ends.{whole, plural, =1 { All keys can be read. “bbolt surgery freelist abandon FILE --output COPY” writes a copy without the list, which etcdctl accepts with --skip-hash-check.} other {}}',
} as const
