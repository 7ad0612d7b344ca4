// Finds nodes, pods and deletions that need attention, in one pass over few directories at one revision.
import { type TroubleAnswer, toWireKey } from '@registree/contract'
import { FindingsPass, POD_TROUBLE_FIELDS, PodTroubles, QUICK_RULES, type SeenObject } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import { toWireMoment } from '../sources/source.ts'
import { kubernetesRoot } from '../values/stored-objects.ts'
import { registryPass } from './registry-pass.ts'
import { seenObject, toWire } from './seen-object.ts'

const MOST_LISTED = 20

export interface TroubleRequest extends Reading {
  revision: bigint
  /** Total number of pods. */
  totalPods: number
  /** Whether pods are read. */
  pods: boolean
  /** Only without pods: whether they may be read in the background. */
  background: boolean
}

/** Yields the number of pods read after each page; returns the result. */
export async function* readTrouble(request: TroubleRequest): AsyncGenerator<number, TroubleAnswer> {
  const { cluster, source, meter, now, signal, revision, totalPods: total, pods: read } = request
  const root = kubernetesRoot(cluster)
  const pass = new FindingsPass(QUICK_RULES, { now: now?.getTime() ?? null, root }, { pods: POD_TROUBLE_FIELDS })
  const pods = new PodTroubles(now?.getTime() ?? null)
  let nodes = 0
  let unread = 0
  const unreadAs = { encrypted: 0, undecrypted: 0, damaged: 0, tooLarge: 0, unknownKind: 0 }
  let seenPods = 0
  const paths = ['namespaces', 'minions', 'leases/kube-node-lease', ...(read ? ['pods'] : [])]
  // Node leases are read separately, but are leases all the same.
  const isLease = (path: string) => path === 'leases/kube-node-lease'
  const fieldsAt = (path: string) => pass.fieldsAt(isLease(path) ? 'leases' : path)
  const pages = registryPass({ source, cluster, root, paths, revision, fieldsAt, signal }, (stored, opened) => {
    const place = isLease(stored.path) ? { ...stored, path: 'leases', namespace: 'kube-node-lease' } : stored
    const seen = seenObject(cluster, place, opened)
    pass.see(seen)
    if (seen.path === 'minions') nodes += 1
    if (seen.path === 'pods') seenPods += 1
    if (seen.object === undefined) {
      unread += 1
      unreadAs[whyUnread(seen)] += 1
    } else if (seen.path === 'pods') pods.see({ ...seen, object: seen.object })
  })
  for await (const { path } of pages) if (path === 'pods') yield seenPods
  pass.end()
  const found = pass.take().map(toWire)
  const silent = found.filter(({ rule }) => rule === 'silent-node')
  const deletions = found.filter(({ rule }) => rule === 'stuck-deletion')
  // An object held only by its kubelet goes with its node; one with a finalizer waits for somebody.
  const waits = (links: { key?: string | undefined }[]) => links.some(({ key }) => key?.startsWith(`${root}minions/`))
  const groups = pods.groups(new Set(silent.map(({ name }) => name)))
  return {
    revision: String(revision),
    ...toWireMoment(cluster.opened.clock, now),
    unread,
    unreadAs,
    nodes: {
      total: nodes,
      count: silent.length,
      silent: silent.slice(0, MOST_LISTED).map((finding) => ({ ...finding, pods: read ? pods.podsOn(finding.name) : null })),
    },
    deletions: {
      count: deletions.length,
      held: deletions.filter(({ links }) => !waits(links)).length,
      listed: deletions.sort((a, b) => Number(waits(a.links)) - Number(waits(b.links))).slice(0, MOST_LISTED),
    },
    pods: {
      total,
      read,
      background: request.background,
      well: pods.well,
      ...pods.troubles,
      groups: groups.slice(0, MOST_LISTED).map(({ key, ...group }) => ({ ...toWireKey(key), ...group })),
      more: Math.max(0, groups.length - MOST_LISTED),
    },
    cost: meter.read(),
  }
}

function whyUnread({ encrypted, tooLarge, outline, problem }: SeenObject): keyof TroubleAnswer['unreadAs'] {
  if (encrypted !== undefined) return encrypted.tried ? 'undecrypted' : 'encrypted'
  if (tooLarge) return 'tooLarge'
  return outline !== undefined && problem === undefined ? 'unknownKind' : 'damaged'
}
