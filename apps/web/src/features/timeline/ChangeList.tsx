// The changes as a table, newest first: the same as the picture, for who reads rather than looks.
import { type DiffSpan, keyLink } from '@registree/contract'
import { useState } from 'react'
import { utf8, wireToBytes } from '../../lib/bytes.ts'
import { KeyText } from '../../lib/KeyText.tsx'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { formatInstant, useZone } from '../../lib/time.ts'
import { Badge, type Tone } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { type DataColumn, DataRow, DataTable } from '../../ui/DataTable.tsx'
import { nameOf } from './Lanes.tsx'
import { timelineText as t } from './strings.ts'
import { type Action, type LaneObject, stateAt, type TimelineData } from './timeline-data.ts'

const STEP = 200
export const TONES: Readonly<Record<Action, Tone>> = { created: 'ok', updated: 'muted', deleted: 'error' }

const COLUMNS: readonly DataColumn[] = [
  { id: 'time', head: t.time, width: 'w-52 max-md:w-32' },
  { id: 'action', head: t.action, width: 'w-24' },
  { id: 'object', head: t.object, width: 'w-[40%] max-md:w-auto' },
  { id: 'state', head: t.state, wide: true },
  { id: 'compare', head: t.compare, width: 'w-24', wide: true },
]

export function ChangeList({
  cluster,
  data,
  writes,
  chosen,
  chooseHref,
}: {
  cluster: string
  data: TimelineData
  /** Oldest first. */
  writes: readonly number[]
  chosen: number | null
  chooseHref: (write: number) => string
}) {
  const zone = useZone()
  const [limit, setLimit] = useState(STEP)
  const first = Math.max(0, writes.length - limit)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable from the keyboard
    <section tabIndex={0} aria-label={t.changes} className="min-h-0 flex-1 overflow-y-auto px-3 pb-4">
      <DataTable columns={COLUMNS} label={t.changes} sticky>
        {writes
          .slice(first)
          .reverse()
          .map((i) => {
            const object = data.objects[data.object[i] as number] as LaneObject
            const key = wireToBytes(object)
            const revision = String(data.revision[i])
            const action = data.action[i] as Action
            const state = action === 'deleted' ? undefined : stateAt(data, data.object[i] as number, data.revision[i] as number)
            return (
              <DataRow
                key={i}
                columns={COLUMNS}
                className={i === chosen ? 'bg-accent-soft' : ''}
                classes={{ time: 'py-1 align-baseline tabular-nums', object: 'min-w-0 py-1', action: 'align-baseline' }}
                cells={{
                  time: (
                    <LinkTo
                      href={chooseHref(i)}
                      className="inline-block leading-6 no-underline hover:underline"
                      aria-current={i === chosen}
                    >
                      {data.timed ? formatInstant(data.time[i] as number, zone) : t.revision({ revision })}
                    </LinkTo>
                  ),
                  action: (
                    <Badge tone={TONES[action]} icon={action !== 'updated'}>
                      {t.actions[action]}
                    </Badge>
                  ),
                  object: (
                    <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
                      <span className="shrink-0 text-soft">{object.kind || object.path || t.otherKey}</span>
                      <LinkTo
                        href={keyLink(cluster, key, { view: 'history' })}
                        className="inline-block min-w-0 leading-6 break-all text-v3 no-underline hover:underline"
                      >
                        <KeyText bytes={object.path === '' ? key : utf8(nameOf(object))} className="text-[12.5px]" />
                      </LinkTo>
                    </span>
                  ),
                  state:
                    state === undefined ? (
                      ''
                    ) : state.revision === data.revision[i] ? (
                      <Badge tone={state.tone}>{t.stateText(state.state)}</Badge>
                    ) : (
                      <span className="text-faint">{t.stateText(state.state)}</span>
                    ),
                  compare: (
                    <LinkTo
                      href={keyLink(cluster, key, { diff: spanOf(data.revision[i] as number) })}
                      className="link inline-block leading-6"
                      aria-label={t.compareOf({ name: object.name, revision })}
                    >
                      {t.compare}
                    </LinkTo>
                  ),
                }}
              />
            )
          })}
      </DataTable>
      {first > 0 && (
        <Button className="mt-2" onClick={() => setLimit(limit + STEP)}>
          {t.more({ changes: Math.min(STEP, first) })}
        </Button>
      )}
    </section>
  )
}

/** What one write changed. */
export const spanOf = (revision: number): DiffSpan => ({ from: String(Math.max(1, revision - 1)), to: String(revision) })
