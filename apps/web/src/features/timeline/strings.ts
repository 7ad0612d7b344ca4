// The texts of the timeline.
import type { PastWindow } from '@registree/contract'
import { timeline } from '@registree/messages/en/page/timeline'
import { pageMessages } from '../../i18n/language.ts'
import { SILENT } from './timeline-data.ts'

const m = pageMessages('timeline', timeline)

export const timelineText = {
  ...m,
  lane: (kind: string, name: string, changes: number, state: string) =>
    state === '' ? m.lane({ kind, name, changes }) : m.laneState({ kind, name, changes, state }),
  /** States are the store’s own words, but for the one that Registree finds. */
  stateText: (state: string) => (state === SILENT ? m.silent : state),
  window: ({ end, compacted, oldest, writes }: PastWindow) => m.window[end]({ oldest, writes, compacted: compacted ?? '' }),
}
