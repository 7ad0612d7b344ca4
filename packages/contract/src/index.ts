// The entry of @registree/contract: everything that crosses the wire between the server and the browser.

export * from './clusters.ts'
export * from './decoded.ts'
export * from './errors.ts'
export * from './permalink.ts'
export * from './primitives.ts'
export * from './resources.ts'
export * from './status.ts'
export * from './table-filter.ts'
export * from './table-sort.ts'
export * from './tables.ts'
export * from './v2.ts'
export * from './v3.ts'
