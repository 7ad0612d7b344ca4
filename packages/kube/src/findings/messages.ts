// The sentences of findings, and what each is filled in with.
import type { NeverStored } from '../protobuf/never-stored.ts'
import type { FinalizerParams } from '../related/finalizers.ts'
import type { MessageOf } from '../value/message.ts'
import type { ProblemMessage } from '../value/problem-messages.ts'

/** What kind of entry a service range holds. */
type AllocatedEntry = 'address' | 'port'

/**
 * Ages are as kubectl prints them (`5d2h`), instants are RFC 3339 as people write it, `<none>` stands for what is not set. Sizes are bytes, and
 * rounded up where a code says so.
 */
interface FindingParams extends FinalizerParams {
  /** What a controller wrote into the object. */
  'stored-text': { text: string }

  'missing-node': { node: string }
  'phase-still': { phase: string }

  'name-differs': { key: string; object: string }
  'key-without-name': { object: string }
  'namespace-differs': { key: string; object: string }
  'key-without-namespace': { object: string }

  'missing-definition': { definition: string; objects: number; bytes: number }
  'missing-namespace': { namespace: string; objects: number; kinds: string[] }
  'owner-missing': { owner: string }
  /** `owners` are the first few, `more` is how many there are beside them. */
  'owners-gone': { owners: string[]; more: number }

  'address-leaked': { holds: AllocatedEntry; entry: string; range: string }
  'address-unallocated': { holds: AllocatedEntry; entry: string; range: string }
  'address-shared': { holds: AllocatedEntry; entry: string; services: string[] }
  'address-object-leaked': { address: string; service: string }
  'address-object-missing': { address: string }
  'address-object-of-other': { address: string; service: string }

  'heartbeat-never': Record<never, never>
  'heartbeat-ago': { age: string }
  'heartbeat-at': { time: string }
  'ready-missing': Record<never, never>
  'ready-still': Record<never, never>
  'ready-is': { status: string }
  'ready-for': { status: string; age: string }
  'ready-since': { status: string; time: string }
  'reason-missing': Record<never, never>

  'lease-not-renewed': { age: string; seconds: string; holder: string }

  'deletion-asked': { age: string }
  'held-by-finalizers': { finalizers: string[] }
  'held-by-nothing': Record<never, never>
  'deletion-unfinished': Record<never, never>
  'kubelet-not-confirmed': { node: string }

  'every-pod-needed': { expected: number }

  /** `nodes` is the release of the newest kubelet. */
  'version-removed': { apiVersion: string; release: string }
  'version-removed-later': { objects: number; kind: string; apiVersion: string; release: string }
  'version-not-listed': { apiVersion: string; versions: string[] }
  'nodes-run': { release: string }
  'version-now': { apiVersion: string }
  'version-without-successor': Record<never, never>

  'kind-unknown': { objects: number; apiVersion: string; kind: string }
  'kind-newer': { release: string }
  'kind-never-stored': { why: NeverStored }
  'kind-shown': Record<never, never>

  'value-size': { bytes: number }
  'value-size-rounded': { bytes: number }
  'key-written': { times: number }
}
/** Also says why a value could not be read. */
export type FindingMessage = MessageOf<FindingParams> | ProblemMessage

/** What the links of findings are called. */
interface FindingLinkParams {
  'link-pods-of-node': { node: string }
  'link-node': { node: string }
  'link-lease': { node: string }
  'link-namespace': { namespace: string }
  'link-all': { resource: string }
  'link-service': { service: string }
  'link-allocation': Record<never, never>
}
export type FindingLinkMessage = MessageOf<FindingLinkParams>
