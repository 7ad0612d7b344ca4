// The words of the status line about the connection to etcd, and about how old the page is.

/** `time` is a time of day, `age` kubectl's short form: `35s`. */
export const connectionText = {
  connecting: 'connecting…',
  connected: (time: string) => `connected since ${time}`,
  noLeader: (time: string) => `no leader since ${time}`,
  lost: (time: string) => `etcd not answering since ${time}`,
  refused: (time: string) => `etcd refuses since ${time}`,
  mixed: (time: string) => `two clusters since ${time}`,
  serverLost: (time: string) => `server not answering since ${time}`,
  hints: {
    connecting: 'Registree has not heard from etcd yet',
    connected: (member: string, endpoint: string, clusterId: string) => `${member} at ${endpoint} answers, cluster ${clusterId}`,
    /** Where no cluster is named: kine has none. */
    connectedTo: (endpoint: string) => `${endpoint} answers`,
    noLeader: (member: string, endpoint: string) =>
      `${member} at ${endpoint} answers, but the cluster cannot agree on anything: too few members are up, or they do not reach each other`,
    lost: (why: string) => `${why} Registree keeps trying, and reads this page again when etcd answers.`,
    lastAnswer: (time: string) => `Last answer: ${time}`,
    serverLost: 'Registree itself does not answer. What you see is from before.',
  },
  /** Where nothing better is known of the source than this. */
  etcd: 'etcd',
  unnamed: (id: string) => `member ${id}`,
  alone: (member: string) => `No leader: this is what ${member} knew; it may be old`,
  /** Where something is shown, and where nothing is. A phone has room for some 54 characters. */
  lostLong: (time: string) => `No answer from etcd since ${time}; this may be old`,
  lostNothing: (time: string) => `No answer from etcd since ${time}; retrying`,
  refusedLong: (time: string) => `Access refused by etcd since ${time}; this may be old`,
  refusedNothing: (time: string) => `Access refused by etcd since ${time}`,
  serverLostLong: (time: string) => `No answer from Registree since ${time}; this may be old`,
  serverLostNothing: (time: string) => `No answer from Registree since ${time}; retrying`,
  mixedLong: 'Endpoints of two etcd clusters: neither is read',
  replaced: (time: string) => `Restored or replaced at ${time}`,
  /** Said aloud when the state changes. */
  announce: {
    live: 'Etcd answers.',
    lost: 'Etcd does not answer. Registree keeps trying.',
    mixed: 'The endpoints belong to two different etcd clusters.',
    serverLost: 'The Registree server does not answer.',
    replaced: 'Etcd was restored or replaced. The page was read again.',
  },
}

export const freshnessText = {
  revision: (revision: string) => `rev ${revision}`,
  index: (index: string) => `v2 index ${index}`,
  pinned: 'pinned',
  read: (age: string) => `read ${age} ago`,
  readShort: (age: string) => `${age} ago`,
  newer: (n: string) => (n === '1' ? '1 newer revision' : `${n} newer revisions`),
  newerChanges: (n: string) => (n === '1' ? '1 newer change' : `${n} newer changes`),
  newerShort: (n: string) => `${n} newer`,
  interrupted: 'before an interruption',
  interruptedShort: 'before a break',
  failed: 'could not be read again',
  failedShort: 'not read again',
  reload: 'Reload',
  reloadLong: 'Read this page again at the newest revision',
  exact: (time: string) => `Read at ${time}`,
  exactNewest: (revision: string) => `etcd is at revision ${revision}`,
  interruptedLong: 'The connection to etcd was interrupted since: whether this still holds is not known. Reload reads it again.',
}
