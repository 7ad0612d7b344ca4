// The TLS files of a connection to etcd, as read from the paths in the flags.

export interface TlsFiles {
  /** PEM. */
  ca: Buffer | null
  cert: Buffer | null
  key: Buffer | null
  insecureSkipVerify: boolean
  /** How messages name the files: flag and path. */
  names?: { ca: string; cert: string }
}
