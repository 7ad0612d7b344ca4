// What pages follow of each cluster: one follower per directory, namespace or key, created at first use and ended when nobody reads it.
import type { KeyChange, LiveTouch, RegistryChange } from '@registree/contract'
import { parseRegistryKey, prefixEnd, utf8 } from '@registree/keyspace'
import type { Reading } from '../clusters/reading.ts'
import type { MainKind } from '../jobs/table-rows.ts'
import { type ErrorMessage, inEnglish } from '../messages/in-english.ts'
import { resolveTable } from '../registry/table-place.ts'
import type { OpenedCluster } from '../sources/source.ts'
import { kubernetesRoot } from '../values/stored-objects.ts'
import { FollowedKeys, type FollowedTimes, type Reader } from './followed-keys.ts'
import { type Subject, v2Below, v3Keys } from './subject.ts'
import { tableForm } from './table-form.ts'
import type { Form } from './told-changes.ts'

/** Directories and keys of one cluster that are followed at a time. */
const MOST_FOLLOWED = 50

export interface TableFollow {
  path: string
  /** Null for all. */
  namespace: string | null
  /** The kind of the table's columns. */
  main: MainKind
  /** The revision at which the page was read. */
  after: bigint
}

export class LiveFollows {
  readonly #now: () => Date
  readonly #times: Partial<FollowedTimes>
  readonly #followed = new Map<OpenedCluster, Map<string, FollowedKeys>>()

  constructor(now: () => Date, times: Partial<FollowedTimes> = {}) {
    this.#now = now
    this.#times = times
  }

  /** Returns a function that ends it. Throws AppError if there can be no such table. */
  table(reading: Reading, { path: asked, namespace, main, after }: TableFollow, reader: Reader): () => void {
    const { path, resource } = resolveTable(asked)
    const directory = utf8(`${kubernetesRoot(reading.cluster)}${path}/${namespace === null ? '' : `${namespace}/`}`)
    const { reveal, decrypt, salt } = reading.policy
    const group = JSON.stringify([reveal, decrypt, Buffer.from(salt).toString('hex'), main.apiVersion, main.kind])
    const form = tableForm(reading, path, resource, main, this.#now)
    const { opened } = reading.cluster
    return this.#follow(reading, v3Keys(opened, { key: directory, end: prefixEnd(directory) }), { group, form, after }, reader)
  }

  /** Tells each write of one key; see {@link table}. */
  key(reading: Reading, { key, after }: { key: Uint8Array; after: bigint }, reader: Reader): () => void {
    return this.#follow(reading, v3Keys(reading.cluster.opened, { key, end: null }), { group: 'writes', form: writesForm, after }, reader)
  }

  /** Tells each write of a v2 key, or of everything below a v2 directory; see {@link table}. */
  node(reading: Reading, { path, after }: { path: string; after: bigint }, reader: Reader): () => void {
    return this.#follow(reading, v2Below(reading.cluster.opened, path), { group: 'writes', form: writesForm, after }, reader)
  }

  /** Tells where each object of the registry was written, and nothing of its value; see {@link table}. */
  registry(reading: Reading, after: bigint, reader: Reader): () => void {
    const root = utf8(kubernetesRoot(reading.cluster))
    const form = placesForm(reading.cluster.kubernetesPrefix)
    return this.#follow(
      reading,
      v3Keys(reading.cluster.opened, { key: root, end: prefixEnd(root) }),
      { group: 'places', form, after },
      reader,
    )
  }

  /** Number of etcd watches. */
  watches(opened: OpenedCluster): number {
    let watches = 0
    for (const followed of this.#followed.get(opened)?.values() ?? []) watches += followed.watches
    return watches
  }

  close(): void {
    for (const all of this.#followed.values()) for (const followed of [...all.values()]) followed.end()
  }

  #follow(
    { cluster: { opened } }: Reading,
    subject: Subject,
    follow: { group: string; form: Form; after: bigint },
    reader: Reader,
  ): () => void {
    const all = this.#followed.get(opened) ?? new Map<string, FollowedKeys>()
    this.#followed.set(opened, all)
    const { id } = subject
    const known = all.get(id)
    if (known === undefined && all.size >= MOST_FOLLOWED) {
      const touch: LiveTouch = {
        following: false,
        since: this.#now().toISOString(),
        reason: inEnglish.any([TOO_MANY]),
        sentences: [TOO_MANY],
      }
      reader.send({ id: String(follow.after), data: Buffer.from(JSON.stringify({ revision: String(follow.after), touch })) })
      return () => {}
    }
    const followed = known ?? new FollowedKeys({ opened, subject, now: this.#now, times: this.#times, onEnd: () => void all.delete(id) })
    all.set(id, followed)
    return followed.follow(reader, follow)
  }
}

const TOO_MANY: ErrorMessage = { code: 'follow-many', params: { most: MOST_FOLLOWED } }

const placesForm =
  (prefix: string): Form =>
  async (changes) =>
    changes.map(({ key, revision, kv }) => {
      const parsed = parseRegistryKey(key, { prefix })
      // kine counts no versions.
      const action = kv === null ? 'deleted' : kv.createRevision === kv.modRevision ? 'created' : 'updated'
      const place = { path: parsed?.resource ?? '', namespace: parsed?.namespace ?? null }
      return JSON.stringify({ revision: String(revision), ...place, action } satisfies RegistryChange)
    })

const writesForm: Form = async (changes) =>
  changes.map(({ revision, kv }) =>
    JSON.stringify({ revision: String(revision), version: String(kv?.version ?? 0n), deleted: kv === null } satisfies KeyChange),
  )
