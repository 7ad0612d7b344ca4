// What a findings rule sees of a stored object, and what it says when something is wrong.
import type { Now } from '../summary/human-duration.ts'
import type { Resource } from '../tables/resources.ts'
import type { ProblemMessage } from '../value/problem-messages.ts'
import type { KubeObject } from '../value/value.ts'
import type { FindingLinkMessage, FindingMessage } from './messages.ts'

/** The order is the one in which a reader should look at them. */
export const FINDING_RULES = [
  'unreadable',
  'silent-node',
  'lost-pod',
  'stuck-deletion',
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

/** One stored key, opened as far as the rules read it. */
export interface SeenObject {
  key: Uint8Array
  /** The directory below the Kubernetes prefix: `pods`, `services/specs`, `example.com/widgets`. */
  path: string
  /** What is known of the directory; undefined for one that nothing names. */
  resource: Resource | undefined
  /** The key's own words: empty where it has no namespace. */
  namespace: string
  name: string
  /** Bytes of the value. */
  size: number
  /** `size` is rounded up, because the exact one would tell the length of what is masked. */
  sizeRounded?: boolean
  /** etcd's version counter: how often the key was written since it was created. */
  version: bigint
  /** `apiVersion`, `kind` and the fields that the rules asked for; undefined when the value could not be read. */
  object: KubeObject | undefined
  /** Of a kind that Registree does not know, which is no damage: `apiVersion`, `kind` and metadata, as far as the rules asked. */
  outline?: KubeObject
  /** Why the value could not be read, or not all of it. Quotes nothing of the value. */
  problem?: ProblemMessage[]
  /** Set where `problem` is that the value is encrypted; `tried` when a key of that name was given and did not open it. */
  encrypted?: { tried: boolean }
  /** Set where `problem` is a limit of Registree’s, and no damage. */
  tooLarge?: true
}

/** Where evidence lies: a key of etcd, or a page that shows more. */
export type FindingLink = FindingLinkMessage & {
  key?: string
  namespace?: string
  /** A table, filtered. */
  table?: { resource: string; namespace?: string; q?: string }
}

/** One thing that is wrong with one object. `says` are sentences with the facts. */
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
  /** Where this is null, no rule may conclude anything from an age. */
  now: Now
  /** The Kubernetes prefix with a slash at both ends. */
  root: string
}
