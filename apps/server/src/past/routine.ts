// What is written all the time by the cluster itself, and left out unless asked for.

/** Directories of resources. */
export const ROUTINE = new Set(['events', 'events.k8s.io/events', 'leases', 'masterleases', 'peerserverleases'])
