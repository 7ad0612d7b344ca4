// The interface of a findings rule: the fields it reads, and one run over a registry.
import type { KubePath } from '../value/value.ts'
import type { Known } from './known.ts'
import type { FindingLink, FindingRuleId, FindingSeverity, FindingsContext, SeenObject } from './types.ts'

export interface RuleContext extends FindingsContext {
  /** What the pass has learned so far; complete at its end. */
  known: Known
  report(about: Pick<SeenObject, 'key' | 'path' | 'resource' | 'namespace' | 'name' | 'object'>, finding: FindingDraft): void
}

export interface FindingDraft {
  severity: FindingSeverity
  says: string
  links?: FindingLink[]
  /** Set if a rule file produces more than one kind of finding. */
  rule?: FindingRuleId
}

export interface FindingRule {
  id: FindingRuleId
  /** Read from every object. */
  fields?: readonly KubePath[]
  /** Read from the objects of one directory. */
  fieldsAt?: Readonly<Record<string, readonly KubePath[]>>
  /** One pass over the registry: `see` receives every object once, `end` is called after the last. */
  start(context: RuleContext): RuleRun
}

interface RuleRun {
  see(object: SeenObject): void
  end?(): void
}
