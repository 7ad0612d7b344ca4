// One pass over a registry: which fields of which directory are read, and what all rules say together.
import { type FieldSelection, selectFields } from '../decode/decode-fields.ts'
import { textAt } from '../value/fields.ts'
import type { KubePath } from '../value/value.ts'
import type { FindingRule, RuleContext } from './finding-rule.ts'
import { Known } from './known.ts'
import type { Finding, FindingsContext, SeenObject } from './types.ts'

/**
 * Feed it every object in the order of {@link scanOrder}; `take` empties what was found since. Memory: 16 bytes an object for its uid, and
 * what the rules keep of Services, nodes and unresolved owners.
 */
export class FindingsPass {
  readonly known = new Known()
  readonly #rules: readonly FindingRule[]
  readonly #runs: ReturnType<FindingRule['start']>[]
  readonly #alsoAt: Readonly<Record<string, readonly KubePath[]>>
  readonly #selections = new Map<string, FieldSelection>()
  #found: Finding[] = []

  /** @param alsoAt further fields of a directory's objects, for who looks at them beside the rules */
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

  /** What to read of the objects of a directory. */
  fieldsAt(path: string): FieldSelection {
    const directory = directoryOf(path)
    const before = this.#selections.get(directory)
    if (before !== undefined) return before
    const paths = new Set(['.apiVersion', '.kind'])
    for (const fields of [Known.fieldsAt, this.#alsoAt, ...this.#rules.map(({ fieldsAt }) => fieldsAt ?? {})]) {
      // A directory may be called `constructor`.
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
    // Of an object of an unknown kind there is nothing but metadata: rules that read more of this directory's objects would judge by what is missing.
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

  /** What was found since the last time. */
  take(): Finding[] {
    const found = this.#found
    this.#found = []
    return found
  }
}

/** The directory that rules name: there are several ranges. */
function directoryOf(path: string): string {
  return path.startsWith('ranges/') ? 'ranges' : path
}
