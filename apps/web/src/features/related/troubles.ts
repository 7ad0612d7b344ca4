// Everything that is wrong with what belongs to an object, from all of its sections, the worst first.
import type { RelatedSectionId, RelatedTrouble, WireKey } from '@registree/contract'
import type { SectionAnswer } from './queries.ts'

export interface FoundTrouble extends RelatedTrouble {
  section: RelatedSectionId
  /** The key that it is about, where there is one. */
  key: WireKey | null
}

const RANK = { error: 0, warning: 1, info: 2 } as const

export function troublesOf(answers: Iterable<SectionAnswer>): FoundTrouble[] {
  const found: FoundTrouble[] = []
  const said = new Set<string>()
  const add = (trouble: FoundTrouble) => {
    // A lost node is said of the node, of its lease and of the deletion that waits for it.
    if (trouble.severity === 'info' || said.has(trouble.text)) return
    said.add(trouble.text)
    found.push(trouble)
  }
  for (const answer of answers) {
    if (answer.type === 'failure') continue
    const section = answer.id
    for (const note of answer.notes) add({ ...note, section, key: null })
    for (const { trouble, key, key64 } of answer.items) {
      const wire = key !== undefined ? { key } : key64 !== undefined ? { key64 } : null
      if (trouble !== null) add({ ...trouble, section, key: wire })
    }
    for (const container of answer.containers) {
      const [first] = container.sentences
      if (container.state.tone === 'error' && first !== undefined)
        add({
          severity: 'error',
          text: `Container ${container.name}, ${container.state.text}: ${container.sentences.join(' ')}`,
          section,
          key: null,
        })
    }
  }
  return found.sort((a, b) => RANK[a.severity] - RANK[b.severity])
}
