// A v2 store in the shape of etcd's HTTP answers, to be compared with them: for tests only.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { snapFiles, walFiles } from '../src/file-kind.ts'
import { openV2Store, type V2Store } from '../src/v2-store.ts'
import { diskFile } from './disk-file.ts'

export type HttpNode = {
  key?: string
  dir?: boolean
  value?: string
  expiration?: string
  modifiedIndex?: number
  createdIndex?: number
  nodes?: HttpNode[]
}

/** Opens the v2 store of a `member` directory. */
export async function openMemberV2(member: string): Promise<V2Store> {
  const snap = join(member, 'snap')
  const wal = join(member, 'wal')
  const files = await Promise.all(walFiles(await readdir(wal)).map(async (name) => ({ name, file: await diskFile(join(wal, name)) })))
  try {
    const snaps = snapFiles(await readdir(snap)).map((name) => ({ name, read: () => readFile(join(snap, name)) }))
    return await openV2Store({ snaps, wals: files })
  } finally {
    for (const { file } of files) await file.close()
  }
}

/** What `GET /v2/keys<path>?recursive=true&sorted=true` would answer as its node, without TTLs. */
export function httpNode(store: V2Store, path: string): HttpNode {
  const node = store.get(path)
  if (!node) throw new Error(`no node at ${path}`)
  const nodes = node.children?.map((child) => httpNode(store, child.path)) ?? []
  return {
    ...(path === '/' ? {} : { key: node.path }),
    ...(node.directory ? { dir: true } : { value: node.value ?? '' }),
    ...(node.expiration ? { expiration: node.expiration } : {}),
    ...(nodes.length > 0 ? { nodes } : {}),
    ...(path === '/' ? {} : { modifiedIndex: Number(node.modifiedIndex), createdIndex: Number(node.createdIndex) }),
  }
}
