// The entry of @registree/contract: everything other rooms may use.
export {}
