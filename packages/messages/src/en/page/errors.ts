// What each error code means to a person, and what they can do.
export const errors = {
  BAD_REQUEST: {
    title: 'The server did not understand this address',
    hint: 'Part of the link may be missing or damaged.',
  },
  CLUSTER_NOT_FOUND: {
    title: 'There is no such cluster here',
    hint: 'The link may come from another Registree.',
  },
  KEY_NOT_FOUND: {
    title: 'There is no such key',
    hint: 'It may have been deleted, or not have existed yet.',
  },
  NOT_FOUND: {
    title: 'There is nothing at this address',
    hint: 'Check the link.',
  },
  RESOURCE_NOT_FOUND: {
    title: 'There is no such resource in this cluster',
    hint: 'Its directory may be empty.',
  },
  REVISION_COMPACTED: {
    title: 'This revision has been compacted away',
    hint: 'etcd no longer keeps that state. The current value can still be read.',
  },
  REVISION_IN_FUTURE: {
    title: 'This revision does not exist yet',
    hint: 'The link may come from another cluster, or from before a restore.',
  },
  KEYSPACE_UNAVAILABLE: {
    title: 'This cluster does not have that keyspace',
    hint: 'The overview says why.',
  },
  SOURCE_UNREACHABLE: {
    title: 'No connection to etcd',
    hint: 'Check that an endpoint is up and reachable from where Registree runs.',
  },
  SOURCE_TIMEOUT: {
    title: 'etcd did not answer in time',
    hint: 'It may be overloaded or without quorum. Try again in a moment.',
  },
  SOURCE_AUTH: {
    title: 'Authentication failed',
    hint: 'Check the user, the password and the client certificate.',
  },
  SOURCE_FORBIDDEN: {
    title: 'This etcd user may not read this',
    hint: 'Give a role of this user the permission to read it, or start Registree with another user or client certificate.',
  },
  SOURCE_CORRUPT: {
    title: 'The file is damaged here',
    hint: 'The overview lists what was found; another copy of the backup may be intact.',
  },
  SOURCE_ERROR: {
    title: 'etcd answered with an error',
    hint: 'Its message is above.',
  },
  SOURCE_NO_LEADER: {
    title: 'etcd has no leader',
    hint: 'Too few members are up for a majority. What a single member holds can still be read.',
  },
  SOURCE_MIXED: {
    title: 'The endpoints belong to two different etcd clusters',
    hint: 'Restart Registree with the endpoints of one cluster only. A second cluster is an entry of its own in the configuration.',
  },
  SOURCE_CHANGED: {
    title: 'The connection to etcd was interrupted while this was read',
    hint: 'etcd may have been restored or replaced meanwhile. Read it again.',
  },
  VALUE_TOO_LARGE: {
    title: 'This value is too large to show',
    hint: 'Download the raw bytes instead.',
  },
  MASKED: {
    title: 'This value is masked',
    hint: 'Start Registree with --reveal-secrets to see it.',
  },
  FORBIDDEN_HOST: {
    title: 'Registree does not accept this host name',
    hint: 'Use the address it printed at start, or add the name with --allowed-host.',
  },
  METHOD_NOT_ALLOWED: {
    title: 'Registree only reads',
    hint: 'It answers only GET and HEAD.',
  },
  BUSY: {
    title: 'Too many readers at once',
    hint: 'Wait for other pages of this cluster to finish, then try again.',
  },
  CANCELLED: {
    title: 'The read was cancelled',
    hint: 'Try again.',
  },
  INTERNAL: {
    title: 'Registree failed',
    hint: 'See the server’s log. Please report this bug.',
  },
  SERVER_UNREACHABLE: {
    title: 'The Registree server does not answer',
    hint: 'It may have been stopped. Start it again, then retry.',
  },
  UNEXPECTED_ANSWER: {
    title: 'The server gave an unexpected answer',
    hint: 'A proxy may be in between, or the page is older than the server: reload it.',
  },
} as const
