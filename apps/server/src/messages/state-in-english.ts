// The state of an object and the facts beside it on the wire: English text, and the same as codes.
import type { StatusInWords as StatusOnWire, ObjectSummary as SummaryOnWire } from '@registree/contract'
import type { ObjectSummary, StatusInWords } from '@registree/kube'
import { inEnglish } from './in-english.ts'

export const statusOnWire = ({ says, tone }: StatusInWords): StatusOnWire => ({ text: inEnglish.state(says), sentences: [says], tone })

export function summaryOnWire({ status, facts, ...summary }: ObjectSummary): SummaryOnWire {
  return {
    ...summary,
    status: status && statusOnWire(status),
    facts: facts.map(({ label, value }) => ({
      label: inEnglish.any([{ code: label, params: {} }]),
      code: label,
      ...(typeof value === 'string' ? { value, sentences: [] } : { value: inEnglish.state(value), sentences: [value] }),
    })),
  }
}
