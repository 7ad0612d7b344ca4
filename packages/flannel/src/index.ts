// The entry of @registree/flannel: everything other rooms may use.
export {}
