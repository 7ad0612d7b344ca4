// What a findings rule sees of a stored object, and what a finding is.
import type { Now } from '../summary/human-duration.ts'
import type { Resource } from '../tables/resources.ts'
import type { ProblemMessage } from '../value/problem-messages.ts'
import type { KubeObject } from '../value/value.ts'
import type { FindingLinkMessage, FindingMessage } from './messages.ts'

/** In the order in which a reader should look at them. */
export const FINDING_RULES = [
  'unreadable',
  'silent-node',
  'lost-pod',
  'stuck-deletion',
  'blocked-drain',
  'orphan',
  'missing-namespace',
  'missing-definition',
  'misnamed',
  'unallocated-address',
  'shared-address',
  'leaked-address',
  'removed-version',
  'stale-lease',
  'unknown-kind',
  'too-large',
  'encrypted',
  'largest',
  'rewritten',
] as const
export type FindingRuleId = (typeof FINDING_RULES)[number]

export type FindingSeverity = 'error' | 'warning' | 'info'

/** One stored key, decoded as far as the rules read it. */
export interface SeenObject {
  key: Uint8Array
  /** The directory below the Kubernetes prefix: `pods`, `services/specs`, `example.com/widgets`. */
  path: string
  /** The directory's entry in the catalogue; undefined if unknown. */
  resource: Resource | undefined
  /** From the key: empty if it has no namespace. */
  namespace: string
  name: string
  /** Size of the value, in bytes. */
  size: number
  /** `size` is rounded up, because the exact one would reveal the length of masked content. */
  sizeRounded?: boolean
  /** etcd's version counter: the number of writes since the key was created. */
  version: bigint
  /** `apiVersion`, `kind` and the fields requested by the rules; undefined if the value could not be read. */
  object: KubeObject | undefined
  /** For a kind unknown to Registree, which is not damage: `apiVersion`, `kind` and metadata, as far as requested. */
  outline?: KubeObject
  /** Why the value could not be read completely. Quotes nothing of it. */
  problem?: ProblemMessage[]
  /** Set if `problem` is that the value is encrypted; `tried` if a key of that name was configured and did not open it. */
  encrypted?: { tried: boolean }
  /** Set if `problem` is a limit of Registree’s, not damage. */
  tooLarge?: true
}

/** The place of evidence: a key of etcd, or a page that shows more. */
export type FindingLink = FindingLinkMessage & {
  key?: string
  namespace?: string
  /** A filtered table. */
  table?: { resource: string; namespace?: string; q?: string }
}

/** One problem of one object. `says` is a sentence with the facts. */
export interface Finding {
  rule: FindingRuleId
  severity: FindingSeverity
  key: Uint8Array
  path: string
  kind: string
  namespace: string
  name: string
  says: FindingMessage[]
  links: FindingLink[]
}

export interface FindingsContext {
  /** If this is null, no rule may conclude anything from an age. */
  now: Now
  /** The Kubernetes prefix with a slash at both ends. */
  root: string
}
