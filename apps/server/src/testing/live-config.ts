// The configuration of a live cluster named `live` for tests.
import type { EtcdClusterConfig } from '../config/config.ts'

export const liveConfig = (endpoint: string): EtcdClusterConfig => ({
  kind: 'etcd',
  name: 'live',
  title: 'Live',
  endpoints: [endpoint],
  tls: null,
  tlsPaths: { cacert: null, cert: null, key: null },
  credentials: null,
  kubernetesPrefix: '/registry',
  prefixGiven: true,
  flannelPrefix: null,
  encryptionConfig: null,
  timing: {},
  notices: [],
})
