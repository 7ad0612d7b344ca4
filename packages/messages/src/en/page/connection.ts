// The connection to etcd.
export const connection = {
  connecting: 'connecting…',
  connected: 'connected since {time}',
  noLeader: 'no leader since {time}',
  lost: 'etcd not answering since {time}',
  refused: 'etcd refuses since {time}',
  mixed: 'two clusters since {time}',
  serverLost: 'server not answering since {time}',
  hints: {
    connecting: 'Registree has not heard from etcd yet',
    connected: '{member} at {endpoint} answers, cluster {clusterId}',
    /** Where no cluster is named: kine has none. */
    connectedTo: '{endpoint} answers',
    noLeader: '{member} at {endpoint} answers, but there is no majority: too few members are up, or they cannot reach each other',
    lost: '{why} Registree keeps trying, and reads this page again when etcd answers.',
    lastAnswer: 'Last answer: {time}',
    serverLost: 'Registree itself does not answer. What you see is from before.',
  },
  /** Where nothing better is known of the source than this. */
  etcd: 'etcd',
  unnamed: 'member {id}',
  alone: 'No leader: this is the state of {member}; it may be old',
  /** Where something is shown, and where nothing is. A phone has room for some 54 characters. */
  lostLong: 'No answer from etcd since {time}; this may be old',
  lostNothing: 'No answer from etcd since {time}; retrying',
  refusedLong: 'Access refused by etcd since {time}; this may be old',
  refusedNothing: 'Access refused by etcd since {time}',
  serverLostLong: 'No answer from Registree since {time}; this may be old',
  serverLostNothing: 'No answer from Registree since {time}; retrying',
  mixedLong: 'Endpoints of two etcd clusters: neither is read',
  replaced: 'Restored or replaced at {time}',
  /** Said aloud when the state changes. */
  announce: {
    live: 'etcd answers.',
    lost: 'etcd does not answer. Registree keeps trying.',
    mixed: 'The endpoints belong to two different etcd clusters.',
    serverLost: 'The Registree server does not answer.',
    replaced: 'etcd was restored or replaced. The page was read again.',
  },
} as const
