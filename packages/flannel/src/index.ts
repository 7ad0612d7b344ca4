// The entry of @registree/flannel: what other rooms may use.
export * from './cidr.ts'
export * from './findings.ts'
export * from './network-config.ts'
export * from './subnet-lease.ts'
