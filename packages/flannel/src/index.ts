// The entry of @registree/flannel for other packages.
export * from './address-space.ts'
export * from './cidr.ts'
export * from './discover.ts'
export * from './findings.ts'
export * from './lease-index.ts'
export * from './lookup-question.ts'
export * from './network-config.ts'
export * from './subnet-lease.ts'
