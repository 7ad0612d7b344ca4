// The changes field by field, grouped by path; routine changes are collapsed and counted.
import type { DiffAnswer, DiffBytes, DiffChange, DiffText } from '@registree/contract'
import { useEffect, useRef, useState } from 'react'
import { Button } from '../../ui/Button.tsx'
import { strings } from './strings.ts'
import { visibleText } from './visible-text.ts'
import { type ChangeWalk, stepFrom } from './walk.ts'

const t = strings.diff
/** Values up to this many characters are shown side by side. */
const SHORT = 60

interface FieldsDiffProps {
  answer: DiffAnswer
  /** What to say if there is no difference. */
  same?: string
  onWalk: (walk: ChangeWalk | null) => void
}

export function FieldsDiff({ answer, same = t.same, onWalk }: FieldsDiffProps) {
  const list = useRef<HTMLDivElement>(null)
  const [routineShown, setRoutineShown] = useState(false)
  const relevant = answer.changes.filter(({ noise }) => noise === null)
  const routine = answer.changes.filter(({ noise }) => noise !== null)

  useEffect(() => {
    let at = -1
    onWalk((step) => {
      const rows = list.current?.querySelectorAll<HTMLElement>('[data-change]') ?? []
      if (rows.length === 0) return null
      at = stepFrom(at, step, rows.length)
      const row = rows[at] as HTMLElement
      row.focus()
      row.scrollIntoView({ block: 'nearest' })
      return { at: at + 1, total: rows.length }
    })
    return () => onWalk(null)
  }, [onWalk])

  const bytes = answer.by === 'bytes' || answer.by === 'ciphertext'
  return (
    <div ref={list} className="flex min-h-0 flex-1 flex-col overflow-auto pb-4">
      {relevant.length === 0 && answer.by !== 'limit' && (
        <p className="p-3">
          {answer.undecided.length > 0 || answer.unknownFields !== 'same' ? '' : routine.length > 0 ? t.onlyRoutine : same}
        </p>
      )}
      {bytes ? (
        answer.bytes.map((range) => <Bytes key={`${range.left.from} ${range.right.from}`} range={range} />)
      ) : (
        <Groups changes={relevant} />
      )}
      {routine.length > 0 && (
        <>
          <div className="px-3 py-2">
            <Button tone="quiet" aria-expanded={routineShown} onClick={() => setRoutineShown(!routineShown)}>
              {routineShown ? t.hideRoutine : t.showRoutine({ n: routine.length })}
            </Button>
          </div>
          {routineShown && <Groups changes={routine} />}
        </>
      )}
    </div>
  )
}

function Groups({ changes }: { changes: readonly DiffChange[] }) {
  const groups = new Map<string, DiffChange[]>()
  for (const change of changes) {
    const group = groups.get(change.group)
    if (group === undefined) groups.set(change.group, [change])
    else group.push(change)
  }
  return [...groups].map(([path, own]) => (
    <section key={path} className="border-b border-line/60 px-3 py-2" aria-label={path === '' ? t.top : path}>
      <h2 className="mb-1 font-mono text-xs break-all text-soft">{path === '' ? t.top : path}</h2>
      <ul className="flex flex-col gap-1.5">
        {own.map((change, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two changes may have one path, and none of them ever moves
          <Change key={i} change={change} />
        ))}
      </ul>
    </section>
  ))
}

function Change({ change: { name, kind, left, right, noise, masked, whole, managers } }: { change: DiffChange }) {
  const short = isShort(left) && isShort(right)
  const remarks = [
    masked === null ? '' : (strings.masked[masked] ?? ''),
    noise === null ? '' : t.noise[noise],
    whole ? t.whole : '',
    managers.length > 0 ? t.managers({ names: managers }) : '',
  ].filter((remark) => remark !== '')
  return (
    <li tabIndex={-1} data-change className="flex min-w-0 flex-col gap-0.5 rounded-sm px-1 focus:outline-2 focus:outline-accent">
      <div className="flex flex-wrap items-baseline gap-x-2">
        <code className="font-mono text-[12.5px] font-medium break-all">{name === '' ? strings.diff.top : name}</code>{' '}
        {kind !== 'changed' && (
          <span className={kind === 'added' ? 'text-ok' : kind === 'removed' ? 'text-error' : 'text-soft'}>{t.kinds[kind]}</span>
        )}{' '}
        {short && kind === 'changed' && (
          <>
            <Old value={left} /> <span aria-hidden>→</span> <New value={right} />
          </>
        )}
        {short && kind === 'added' && <New value={right} />}
        {short && kind === 'removed' && <Old value={left} />}
      </div>
      {!short && left !== null && <Block value={left} side="left" />}
      {!short && right !== null && <Block value={right} side="right" />}
      {remarks.length > 0 && <p className="text-xs text-soft">{remarks.join(' · ')}</p>}
    </li>
  )
}

function isShort(value: DiffText | null): boolean {
  return value === null || (value.cut === 0 && value.text.length <= SHORT && !value.text.includes('\n'))
}

const shown = (value: DiffText | null) => (value === null || value.text === '' ? '""' : visibleText(value.text))

const Old = ({ value }: { value: DiffText | null }) => (
  <del className="rounded-sm bg-error-soft px-1 font-mono text-[12.5px] break-all text-ink no-underline">{shown(value)}</del>
)
const New = ({ value }: { value: DiffText | null }) => (
  <ins className="rounded-sm bg-ok-soft px-1 font-mono text-[12.5px] break-all text-ink no-underline">{shown(value)}</ins>
)

function Block({ value, side }: { value: DiffText; side: 'left' | 'right' }) {
  const Tag = side === 'left' ? 'del' : 'ins'
  return (
    <Tag className={`block rounded-sm no-underline ${side === 'left' ? 'bg-error-soft' : 'bg-ok-soft'}`}>
      <pre className="px-2 py-1 font-mono text-[12.5px] break-all whitespace-pre-wrap text-ink">
        <span aria-hidden className="mr-1 text-soft select-none">
          {side === 'left' ? '−' : '+'}
        </span>
        {shown(value)}
        {value.cut > 0 && <span className="text-soft"> … {t.cut({ n: value.cut })}</span>}
      </pre>
    </Tag>
  )
}

function Bytes({ range: { left, right } }: { range: DiffBytes }) {
  return (
    <section
      tabIndex={-1}
      data-change
      aria-label={t.bytesAt(left.from, left.to)}
      className="border-b border-line/60 px-3 py-2 focus:outline-2 focus:outline-accent"
    >
      <p className="text-xs text-soft">{t.bytesAt(left.from, left.to)}</p>
      <Hex range={left} side="left" />
      {(left.from !== right.from || left.to !== right.to) && <p className="text-xs text-soft">{t.bytesAt(right.from, right.to)}</p>}
      <Hex range={right} side="right" />
    </section>
  )
}

function Hex({ range: { from, to, hex }, side }: { range: DiffBytes['left']; side: 'left' | 'right' }) {
  if (from === to) return null
  const length = hex.length / 2
  return <Block value={{ text: hex.replace(/../g, '$& ').trimEnd(), cut: 0 }} side={side} key={`${from} ${length}`} />
}
