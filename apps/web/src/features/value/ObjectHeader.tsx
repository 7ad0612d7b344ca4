// The header of a Kubernetes object: what it is, its owner, age and state, and why it still exists.

import type { DecodedWire, ObjectSummary } from '@registree/contract'
import { Trash2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { text as appText } from '../../i18n/text.ts'
import { Ago } from '../../lib/Ago.tsx'
import { Explain } from '../../lib/Explain.tsx'
import { say } from '../../lib/say.ts'
import { formatInstant, useNow, useZone } from '../../lib/time.ts'
import { Badge } from '../../ui/Badge.tsx'
import { strings } from './strings.ts'

const FEW_LABELS = 6

function Item({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 items-baseline gap-1.5">
      <dt className="shrink-0 text-faint">{label}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  )
}

export function ObjectHeader({ summary, decoded }: { summary: ObjectSummary; decoded: DecodedWire }) {
  const [all, setAll] = useState(false)
  const zone = useZone()
  const { now } = useNow()
  const { deletion, status } = summary
  const labels = all ? summary.labels : summary.labels.slice(0, FEW_LABELS)
  const hidden = summary.labels.length - labels.length
  const words = strings.header
  return (
    <section aria-label={words.label} className="flex shrink-0 flex-col gap-1.5 border-b border-line px-3 py-2.5">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        {summary.name !== null && <span className="text-soft">{summary.kind}</span>}
        <h2 className="min-w-0 text-base font-semibold [overflow-wrap:anywhere]">{summary.name ?? summary.kind}</h2>
        {status && <Badge tone={status.tone}>{say.state(status.sentences, status.text)}</Badge>}
        <span className="text-xs text-faint" title={words.layers({ layers: decoded.layers.join(' → ') })}>
          {words.asStored({ apiVersion: summary.apiVersion })}
        </span>
      </div>
      {deletion && (
        <p className="flex items-start gap-1.5 text-warn">
          <Trash2 size={14} className="mt-[3px] shrink-0" aria-hidden />
          <span className="min-w-0 [overflow-wrap:anywhere]">
            {words.deleting}
            {deletion.since && (
              <>
                {words.since({ time: formatInstant(deletion.since, zone) })}
                {now !== null && (
                  <>
                    {appText.punctuation.open}
                    <Ago instant={deletion.since} />
                    {appText.punctuation.close}
                  </>
                )}
              </>
            )}
            {appText.punctuation.facts}
            {deletion.finalizers.length === 0 ? (
              words.notHeld
            ) : (
              <>
                {words.heldBy({ n: deletion.finalizers.length })}
                {appText.punctuation.gap}
                <span className="font-mono">{deletion.finalizers.join(', ')}</span> <Explain term="finalizers" />
              </>
            )}
            {deletion.gracePeriodSeconds !== null && (
              <span className="whitespace-nowrap text-soft"> · {words.grace({ seconds: deletion.gracePeriodSeconds })}</span>
            )}
          </span>
        </p>
      )}
      <dl className="flex flex-wrap gap-x-5 gap-y-0.5">
        {summary.namespace !== null && <Item label={words.namespace}>{summary.namespace}</Item>}
        {summary.creationTimestamp !== null && (
          <Item label={now === null ? words.created : words.age}>
            <Ago instant={summary.creationTimestamp} />
          </Item>
        )}
        {summary.owners.map((owner) => (
          <Item key={`${owner.apiVersion}/${owner.kind}/${owner.name}`} label={words.owner}>
            <span title={`${owner.apiVersion}${owner.controller ? `, ${words.controller}` : ''}`}>
              {owner.kind} <span className="font-medium">{owner.name}</span>
            </span>
          </Item>
        ))}
        {summary.facts.map((fact) => (
          <Item key={fact.code} label={say.state([{ code: fact.code, params: {} }], fact.label)}>
            {say.state(fact.sentences, fact.value)}
          </Item>
        ))}
      </dl>
      {summary.labels.length > 0 && (
        <ul aria-label={words.labels} className="flex flex-wrap gap-1">
          {labels.map((label) => (
            <li
              key={label.key}
              className="max-w-full truncate rounded bg-hover px-1.5 font-mono text-xs leading-5 text-soft"
              title={`${label.key}=${label.value}`}
            >
              {label.key}
              <span className="text-faint">=</span>
              <span className="text-ink">{label.value}</span>
            </li>
          ))}
          {(hidden > 0 || all) && summary.labels.length > FEW_LABELS && (
            <li>
              <button
                type="button"
                aria-expanded={all}
                onClick={() => setAll(!all)}
                className="rounded px-1.5 text-xs leading-5 text-accent hover:bg-hover"
              >
                {all ? words.fewerLabels : words.moreLabels({ n: hidden })}
              </button>
            </li>
          )}
        </ul>
      )}
    </section>
  )
}
