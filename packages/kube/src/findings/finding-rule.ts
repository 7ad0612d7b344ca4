// What a findings rule is: the fields it reads, and one run over a registry.
import type { KubePath } from '../value/value.ts'
import type { Known } from './known.ts'
import type { FindingMessage } from './messages.ts'
import type { FindingLink, FindingRuleId, FindingSeverity, FindingsContext, SeenObject } from './types.ts'

export interface RuleContext extends FindingsContext {
  /** What the pass has learnt so far; complete at its end. */
  known: Known
  report(about: Pick<SeenObject, 'key' | 'path' | 'resource' | 'namespace' | 'name' | 'object'>, finding: FindingDraft): void
}

export interface FindingDraft {
  severity: FindingSeverity
  says: FindingMessage[]
  links?: FindingLink[]
  /** Where a rule file answers for more than one kind of finding. */
  rule?: FindingRuleId
}

export interface FindingRule {
  id: FindingRuleId
  /** Read of every object. */
  fields?: readonly KubePath[]
  /** Read of the objects of one directory. */
  fieldsAt?: Readonly<Record<string, readonly KubePath[]>>
  /** One pass over the registry: `see` gets every object once, `end` comes after the last. */
  start(context: RuleContext): RuleRun
}

interface RuleRun {
  see(object: SeenObject): void
  end?(): void
}
