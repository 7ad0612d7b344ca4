// All troubles of an object and its related objects, from all sections, worst first; and whether everything was checked.
import type { RelatedSectionId, RelatedTrouble, WireKey } from '@registree/contract'
import { say } from '../../lib/say.ts'
import type { RelatedData, SectionAnswer } from './queries.ts'

export interface FoundTrouble extends RelatedTrouble {
  /** Null for the object itself. */
  section: RelatedSectionId | null
  /** The key concerned, if there is one. */
  key: WireKey | null
}

const RANK = { error: 0, warning: 1, info: 2 } as const

/** Faults, and separately what is not a fault: something in progress, or past. */
export function troublesOf({ head, answers }: Pick<RelatedData, 'head' | 'answers'>): { faults: FoundTrouble[]; remarks: FoundTrouble[] } {
  const found: FoundTrouble[] = []
  const said = new Set<string>()
  const add = (trouble: FoundTrouble) => {
    // A lost node is reported for the node, its lease and the deletion that waits for it.
    if (said.has(trouble.text)) return
    said.add(trouble.text)
    found.push({ ...trouble, text: say.related(trouble.sentences, trouble.text) })
  }
  for (const own of head.judged) add({ ...own, section: null, key: null })
  for (const answer of answers.values()) {
    if (answer.type === 'failure') continue
    const section = answer.id
    // A note that is not a fault is an explanation; its section shows it.
    for (const note of answer.notes) if (note.severity !== 'info') add({ ...note, section, key: null })
    for (const { trouble, key, key64 } of answer.items) {
      const wire = key !== undefined ? { key } : key64 !== undefined ? { key64 } : null
      if (trouble !== null && trouble.severity !== 'info') add({ ...trouble, section, key: wire })
    }
    for (const judged of answer.judged) add({ ...judged, section, key: null })
  }
  found.sort((a, b) => RANK[a.severity] - RANK[b.severity])
  return { faults: found.filter(({ severity }) => severity !== 'info'), remarks: found.filter(({ severity }) => severity === 'info') }
}

/** Whether every part and every value was read completely. What refers to the object has no part in how it is. */
export function isComplete({ head, answers }: Pick<RelatedData, 'head' | 'answers'>): boolean {
  const whole = (answer: SectionAnswer | undefined) =>
    answer?.type === 'section' &&
    answer.looked.every(({ cut, unread }) => !cut && unread === 0) &&
    answer.items.every(({ found }) => found !== 'unread' && found !== 'encrypted')
  return head.notice === null && head.sections.every(({ id }) => id === 'mentions' || whole(answers.get(id)))
}

/** How many related objects were found, and whether any of them or the object reports its state. */
export function stateOf({ head, answers }: Pick<RelatedData, 'head' | 'answers'>): { items: number; stated: boolean } {
  const items = [...answers.values()].flatMap((answer) => (answer.type === 'section' ? answer.items : []))
  return { items: items.length, stated: head.status !== null || items.some(({ status }) => status !== null) }
}
