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
  'meta-page-unusable': 'Meta page {page, number} {why}; the other one is used.',
  'meta-page-unchecked': 'Meta page {page, number} has no checksum: an old release wrote it, or it is damaged.',
  'state-of-older-transaction':
    'The state of the last transaction ({newer}) cannot be read whole, so the one before it ({older}) is shown. The file was probably copied while etcd was writing to it; take a backup with “etcdctl snapshot save” instead.',
  'file-cut':
    'The file is cut short: the database has {size, plural, one {# byte} other {# bytes}} and only {here, plural, one {# is} other {# are}} here. What is missing cannot be shown; use another copy.',
  'entry-outside-buckets': 'An entry outside of every bucket was ignored: etcd writes none.',
  'bucket-broken': 'The bucket {bucket} cannot be read: {why}.',
  'tree-circle': 'The tree is more than {most, number} pages deep: it runs in a circle.',
  'page-broken': 'Page {page} {why}.',
  'entry-left-out': 'Element {element, number} of page {page} {why}; it is left out.',
  'more-like-it': 'There are more such problems; they are not listed.',
  'bucket-key-missing': 'There is no bucket “key”: this is not the database of an etcd v3, or its list of buckets is broken.',
  'keys-gathered':
    'The tree of keys cannot be followed. {changes, plural, one {# change was} other {# changes were}} found on {pages, plural, one {# page that is} other {# pages that are}} still there, and the result is shown: keys are missing, and some may be shown as they were before they were changed or deleted.',
  'record-size': '{name} has {size, plural, one {# byte} other {# bytes}} instead of {expected, number}.',
  'record-no-revision': '{name} is not a revision.',
  'record-unreadable':
    '{kind, select, downgrade {The record of the last downgrade} member {The record of member {name}} alarm {The record of an alarm} user {The record of user {name}} other {The record of role {name}}} cannot be read.',
  'compaction-unfinished':
    'A compaction up to revision {scheduled} was under way (finished: {finished}): revisions before {scheduled} may be partly gone and are not offered.',
  'snapshot-not-in-log': 'The newest snapshot (raft index {index}) is not in the log; that of raft index {used} is used, as etcd would.',
  'snapshot-unmentioned': 'The log does not mention the snapshot of raft index {index}; it is used all the same.',
  'snapshot-without-log': 'There is no log beside the snapshot: changes after it are not shown.',
  'snapshot-passed-over': 'The snapshot was passed over: {why}.',
  'log-after-snapshot': 'The log begins at raft index {first}, after the snapshot’s {start}: changes after the snapshot are not shown.',
  'entry-unreadable': 'The entry of raft index {index} cannot be read; what it changed is not shown.',
  'certificates-unused': 'Not used: {settings}. Every endpoint is named without TLS; for TLS write https://.',
  'password-unencrypted':
    'The password goes to {endpoints} without TLS, and to the other endpoints with it. Write https:// for all of them.',
  'quota-nearly-full':
    'The database is at {percent, number} % of its quota: {dbSize, number} of {dbSizeQuota, plural, one {# byte} other {# bytes}}{dbSizeInUse, plural, =0 {} other { (# in use)}}. {full, select, yes {The next write raises the NOSPACE alarm; from then on etcd accepts no more writes.} other {When it is full, etcd raises the NOSPACE alarm and accepts no more writes.}} Compact the history and defragment the members (etcdctl compact, defrag), or raise --quota-backend-bytes.',
  downgrade:
    'The cluster is being downgraded to {target}. Its members can now be replaced by members of that version; “etcdctl downgrade cancel” ends the downgrade.',
  'grpc-proxy':
    'A gRPC proxy answers at {endpoints}: it gives no member ids, and its status is that of one of the members behind it. The v2 API is only at the members themselves.',
  kine: 'kine answers here: k3s on an SQL database instead of etcd. It has no members, no raft, no alarms and no v2 keyspace, and does not tell how long a lease still runs.{keysOnly, plural, =0 { This release (before 0.14) reads the values wherever keys are listed, and keeps no versions of keys.} other {}}{ranges, plural, =0 { This release (before 0.16) cannot list keys that do not begin with /.} other {}}',
  'user-restricted': 'User {user} may read only a part of the keyspace: {ranges, plural, =0 {nothing} other {{readable}}}',
  'alarm-nospace':
    'The database of member {member} has reached its quota: the whole cluster accepts no writes except deletions, so Kubernetes cannot change anything. Compact the history, defragment the members and disarm the alarm (etcdctl compact, defrag, alarm disarm).',
  'alarm-corrupt':
    'The data of member {member} differs from the other members: do not trust its answers. Stop that member and let it join again without its data.',
  'alarm-other': 'Member {member} has raised the alarm {alarm}.',
  'client-certificate-expired':
    'The client certificate {subject} expired on {until}, so etcd rejects it. Renew it (kubeadm: “kubeadm certs renew”) and restart Registree.',
  'client-certificate-not-yet-valid':
    'The client certificate {subject} is not valid before {from}, so etcd rejects it until then. Check the clocks of this machine and of the one that issued it.',
  'client-certificate-server-only':
    'The certificate {subject} is not for clients (its extended key usage has no clientAuth), so etcd rejects it. Give a client certificate and its key: on a kubeadm control-plane host etcd/healthcheck-client.crt or apiserver-etcd-client.crt in /etc/kubernetes/pki.',
  'ca-expired': 'The CA {subject} expired on {until}: no certificate that it signed is valid any more. Give the CA that took its place.',
  'ca-not-yet-valid': 'The CA {subject} is not valid before {from}. Check the clock of this machine.',
  'ca-is-no-ca': 'The certificate {subject} is not a CA. Use the certificate of the CA that issued it: {issuer}.',
  'no-consensus':
    'Since {since} etcd cannot read by consensus (no leader, or no quorum): this is the data of {member}, and it may be out of date.',
  'history-cluster-id':
    'etcd at {endpoint} was restored or replaced: its cluster id changed from {before} to {after}. Data that was read before belongs to a different history.',
  'history-revision-back':
    'etcd at {endpoint} was restored or replaced: its revision went back from {before} to {after}. Data that was read before belongs to a different history.',
  'history-term-back':
    'etcd at {endpoint} was restored or replaced: its raft term went back from {before} to {after}. Data that was read before belongs to a different history.',
  'history-index-back':
    'etcd at {endpoint} was restored or replaced: its raft index went back from {before} to {after}. Data that was read before belongs to a different history.',
  'v2-port-grpc-only':
    'The port of {endpoint} speaks only gRPC (--listen-client-http-urls): the v2 API, if there is one, is on another port.',
  'members-unread': 'The members cannot be listed: {why}',
  'endpoint-failed': '{why}',
  'keyspace-unread': '{why}',
  'v3-unreadable': 'The v3 keyspace cannot be read: {reason}.',
  'v2-unreadable': 'The v2 keyspace cannot be read: {reason}.',
  'pages-unchecked': 'The pages could not be checked: {reason}.',
  'checksum-unchecked': 'The checksum could not be verified: {reason}.',
  'file-changed': '{why} Restart Registree to read it again.',
} as const
