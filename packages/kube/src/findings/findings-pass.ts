// One pass over a registry: which fields are read in each directory, and the findings of all rules.
import { type FieldSelection, selectFields } from '../decode/decode-fields.ts'
import { textAt } from '../value/fields.ts'
import type { KubePath } from '../value/value.ts'
import type { FindingRule, RuleContext } from './finding-rule.ts'
import { Known } from './known.ts'
import type { Finding, FindingsContext, SeenObject } from './types.ts'

/**
 * Receives every object in the order of {@link scanOrder}; `take` returns the findings since the last call. Memory: 16 bytes per object for its uid,
 * and what the rules keep of Services, nodes and unresolved owners.
 */
export class FindingsPass {
  readonly known = new Known()
  readonly #rules: readonly FindingRule[]
  readonly #runs: ReturnType<FindingRule['start']>[]
  readonly #alsoAt: Readonly<Record<string, readonly KubePath[]>>
  readonly #selections = new Map<string, FieldSelection>()
  #found: Finding[] = []

  /** @param alsoAt further fields of a directory's objects, for other users of the pass */
  constructor(rules: readonly FindingRule[], context: FindingsContext, alsoAt: Readonly<Record<string, readonly KubePath[]>> = {}) {
    this.#rules = rules
    this.#alsoAt = alsoAt
    this.#runs = rules.map((rule) => {
      const report: RuleContext['report'] = (about, { severity, says, links = [], rule: other }) => {
        this.#found.push({
          rule: other ?? rule.id,
          severity,
          key: about.key,
          path: about.path,
          kind: textAt(about.object, 'kind') || about.resource?.kind || '',
          namespace: about.namespace,
          name: about.name,
          says,
          links,
        })
      }
      return rule.start({ ...context, known: this.known, report })
    })
  }

  /** The fields to read from a directory's objects. */
  fieldsAt(path: string): FieldSelection {
    const directory = directoryOf(path)
    const before = this.#selections.get(directory)
    if (before !== undefined) return before
    const paths = new Set(['.apiVersion', '.kind'])
    for (const fields of [Known.fieldsAt, this.#alsoAt, ...this.#rules.map(({ fieldsAt }) => fieldsAt ?? {})]) {
      // A directory may be named `constructor`.
      if (Object.hasOwn(fields, directory)) for (const field of fields[directory] ?? []) paths.add(field)
    }
    for (const { fields = [] } of this.#rules) for (const field of fields) paths.add(field)
    const selection = selectFields([...paths])
    this.#selections.set(directory, selection)
    return selection
  }

  see(object: SeenObject): void {
    this.known.see(object)
    const { outline } = object
    // An object of an unknown kind has only metadata: rules that read more would judge by missing fields.
    const seen = outline === undefined ? object : { ...object, object: outline }
    const directory = directoryOf(object.path)
    for (const [i, run] of this.#runs.entries()) {
      const readsMore = outline !== undefined && Object.hasOwn(this.#rules[i]?.fieldsAt ?? {}, directory)
      run.see(readsMore ? object : seen)
    }
  }

  end(): void {
    for (const run of this.#runs) run.end?.()
  }

  /** The findings since the last call. */
  take(): Finding[] {
    const found = this.#found
    this.#found = []
    return found
  }
}

/** The directory under which rules are registered: there are several ranges. */
function directoryOf(path: string): string {
  return path.startsWith('ranges/') ? 'ranges' : path
}
