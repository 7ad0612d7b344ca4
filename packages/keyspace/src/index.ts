// The entry of @registree/keyspace: everything other rooms may use.
export {}
