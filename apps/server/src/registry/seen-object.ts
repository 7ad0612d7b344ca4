// A stored object as the finding rules see it, and a finding on the wire.
import { type Finding, toWireKey } from '@registree/contract'
import { type FindingLinkMessage, type Finding as Found, resourceAt, type SeenObject } from '@registree/kube'
import type { Cluster } from '../clusters/cluster.ts'
import { inEnglish } from '../messages/in-english.ts'
import { type OpenedObject, roundsSizes, toldSize } from '../values/stored-objects.ts'
import type { StoredKey } from './registry-pass.ts'

/** A stored key and its opened value for the rules. */
export function seenObject(
  { masking }: Pick<Cluster, 'masking'>,
  { kv, path, namespace, name }: StoredKey,
  { object, outline, problem, encrypted, tooLarge }: OpenedObject,
): SeenObject {
  return {
    key: kv.key,
    path,
    resource: resourceAt(path),
    namespace,
    name,
    size: toldSize(masking, kv),
    sizeRounded: roundsSizes(masking, kv.key),
    version: kv.version,
    // Rules judge by what is missing, which in a damaged value may be there after all.
    object: problem === undefined ? object : undefined,
    ...(outline === undefined ? {} : { outline }),
    ...(problem === undefined ? {} : { problem }),
    ...(tooLarge === undefined ? {} : { tooLarge }),
    ...(encrypted === undefined ? {} : { encrypted }),
  }
}

export function toWire({ key, says, links, ...finding }: Found): Finding {
  return {
    ...toWireKey(key),
    ...finding,
    says: inEnglish.finding(says),
    sentences: says,
    links: links.map(({ code, params, ...link }) => {
      const named = { code, params } as FindingLinkMessage
      return { text: inEnglish.findingLink(named), says: named, ...link }
    }),
  }
}
