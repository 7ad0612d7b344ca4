// The types of etcd-versions.mjs for tests.

export const FOLDER: string
export function releases(): { name: string; program: 'etcd' | 'kine'; file: string | null }[]
