// What a TLS connection to etcd is made with, as it was read from the files that the flags name.

export interface TlsFiles {
  /** PEM. */
  ca: Buffer | null
  cert: Buffer | null
  key: Buffer | null
  insecureSkipVerify: boolean
  /** What messages call the files: flag and path. */
  names?: { ca: string; cert: string }
}
