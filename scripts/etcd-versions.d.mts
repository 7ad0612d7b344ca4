// What the tests take from etcd-versions.mjs.

export const FOLDER: string
export function releases(): { name: string; program: 'etcd' | 'kine'; file: string | null }[]
