// What one revision changed, in one line: fields with old and new values, and the number of others.
import type { ChangeSummary } from '@registree/contract'
import { Exact } from '../../ui/Exact.tsx'
import { strings } from './strings.ts'

export function ChangeLine({ changes }: { changes: readonly ChangeSummary[] }) {
  return (
    <ul className="flex min-w-0 flex-col gap-0.5">
      {changes.map((change) => (
        <li key={JSON.stringify(change)} className="min-w-0 break-words">
          <Part {...change} />
        </li>
      ))}
    </ul>
  )
}

const Value = ({ text }: { text: string }) => <code className="font-mono text-[12.5px] break-all">{text === '' ? '""' : text}</code>

function Part({ code, params }: ChangeSummary) {
  const { path = '', from, to } = params as { path?: string; from?: string; to?: string }
  const where = <code className="font-mono text-[12.5px] break-all text-soft">{path}</code>
  switch (code) {
    case 'changed':
      return (
        <>
          {where} <Value text={String(from)} /> <span aria-hidden>→</span>
          <span className="sr-only">,</span> <Value text={String(to)} />
        </>
      )
    case 'added':
      return (
        <>
          {where} <span className="text-ok">{strings.added}</span> <Value text={String(to)} />
        </>
      )
    case 'removed':
      return (
        <>
          {where} <span className="text-error">{strings.removed}</span> <Value text={String(from)} />
        </>
      )
    case 'moved':
      return (
        <>
          {where} <span className="text-soft">{strings.moved}</span>
        </>
      )
    case 'masked':
      return (
        <>
          {where} <span className="text-soft">{strings.masked[String(params.verdict)]}</span>
        </>
      )
    case 'folded':
      return <Exact exact={strings.foldedHint}>{strings.change(code, params)}</Exact>
    default:
      return <span className="text-soft">{strings.change(code, params)}</span>
  }
}
