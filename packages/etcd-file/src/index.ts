// The entry of @registree/etcd-file: everything other rooms may use.
export {}
