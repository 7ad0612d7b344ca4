// The entry of @registree/kube: everything other rooms may use.
export {}
