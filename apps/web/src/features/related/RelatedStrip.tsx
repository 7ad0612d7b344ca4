// One line below an object's header: what is wrong with it and its related objects; opens into all of them. "Nothing" is said only if everything was
// checked.
import { useQuery } from '@tanstack/react-query'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { say } from '../../lib/say.ts'
import { ToneIcon } from '../../ui/Badge.tsx'
import { classNames } from '../../ui/class-names.ts'
import { type RelatedData, relatedQuery } from './queries.ts'
import { relatedText as t } from './strings.ts'
import { isComplete, stateOf, troublesOf } from './troubles.ts'

/** `href` leads to all related objects, unless they are already beside the value. */
export function RelatedStrip({
  cluster,
  keyBytes,
  revision,
  settled,
  href,
}: {
  cluster: string
  keyBytes: Uint8Array
  revision: string
  settled: boolean
  href: string | null
}) {
  const query = useQuery({ ...relatedQuery(cluster, keyBytes, revision), enabled: settled })
  const [open, setOpen] = useState(false)
  const listId = useId()
  const { data } = query
  if (data !== undefined && data.head.sections.length === 0) return null
  const { faults, remarks } = data === undefined ? { faults: [], remarks: [] } : troublesOf(data)
  const pending = data?.end === undefined || data.end === null
  const [first] = faults
  const tone = query.error ? 'muted' : first !== undefined ? (first.severity === 'error' ? 'error' : 'warning') : 'muted'
  const troubles = first !== undefined || pending ? [...faults, ...remarks] : remarks
  const words = query.error ? t.failed : first !== undefined ? first.text : pending ? t.looking : (remarks[0]?.text ?? wellOf(data))
  const counted = first !== undefined ? t.problems({ n: faults.length }) : t.remarks({ n: remarks.length })
  return (
    <section aria-label={t.noted} className="shrink-0 border-b border-line" data-strip={pending ? 'pending' : 'done'}>
      <div
        className={classNames(
          'flex h-8 items-center gap-2 px-3',
          tone === 'error' ? 'bg-error-soft' : tone === 'warning' && 'bg-warn-soft',
        )}
      >
        <ToneIcon tone={tone} />
        {!query.error && (first !== undefined || !pending) && (troubles.length > 1 || (troubles[0]?.text.length ?? 0) > 60) ? (
          <button
            type="button"
            aria-expanded={open}
            aria-controls={listId}
            onClick={() => setOpen(!open)}
            className="flex h-7 min-w-0 flex-1 items-center gap-1.5 rounded text-left hover:bg-hover"
          >
            {open ? (
              <ChevronDown size={14} aria-hidden className="shrink-0" />
            ) : (
              <ChevronRight size={14} aria-hidden className="shrink-0" />
            )}
            <span className="shrink-0 font-medium">{counted}</span>
            {!open && <span className="min-w-0 truncate text-soft">{words}</span>}
          </button>
        ) : (
          <span className={classNames('min-w-0 flex-1 truncate', first === undefined && 'text-soft')}>{words}</span>
        )}
        {href !== null && (
          <LinkTo href={href} className="link shrink-0">
            {t.title}
          </LinkTo>
        )}
      </div>
      <ul id={listId} hidden={!open} className="flex max-h-[40vh] flex-col gap-1 overflow-y-auto px-3 py-2">
        {troubles.map((trouble) => (
          <li key={trouble.text} className="flex items-start gap-2">
            <span className="mt-0.5">
              <ToneIcon tone={trouble.severity === 'info' ? 'muted' : trouble.severity} />
            </span>
            <span className="min-w-0 [overflow-wrap:anywhere]">
              <span className="sr-only">{t.severity[trouble.severity]}: </span>
              {trouble.text}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The text if nothing wrong was found: limited to what was checked. */
function wellOf(data: RelatedData): string {
  if (data.head.notice !== null) return say.problem(data.head.notice.sentences, data.head.notice.text)
  if (!isComplete(data)) return t.incomplete
  const { kind, apiVersion } = data.head
  // What is in a namespace is not judged here.
  if (kind === 'Namespace' && apiVersion === 'v1') return t.contentsElsewhere
  const { items, stated } = stateOf(data)
  return stated ? t.well : items > 0 ? t.allThere : t.nothing
}
